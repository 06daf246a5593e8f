/// What people call a fragment: the trunk, or all attributes that need it, of many the first.
package func partName(_ index: Int, _ attributes: [String]) -> String {
  guard index > 0 else { return "trunk" }
  let shown = attributes.count > 4 ? attributes.prefix(3) + ["\(attributes.count - 3) more"] : attributes[...]
  return shown.joined(separator: " + ")
}
