import FacetDiagnostics

/// Messages of one cause as one, with their number and the first places.
///
/// Those with the same words are of one cause, be they two; those that differ in names and numbers only, where they are many.
func joined(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  let same = grouped(diagnostics, atLeast: 2) { $0.code + "\n" + $0.message + "\n" + $0.remedy }
  return grouped(same, atLeast: 8) { $0.code + "\n" + ($0.operatorName ?? "") + "\n" + withoutFacts($0.message) }
}

private func grouped(_ diagnostics: [Diagnostic], atLeast count: Int, by key: (Diagnostic) -> String) -> [Diagnostic] {
  var groups: [String: [Int]] = [:]
  for (index, diagnostic) in diagnostics.enumerated() where diagnostic.place != nil { groups[key(diagnostic), default: []].append(index) }
  var result: [Diagnostic] = []
  for (index, diagnostic) in diagnostics.enumerated() {
    guard diagnostic.place != nil, let group = groups[key(diagnostic)], group.count >= count else {
      result.append(diagnostic)
      continue
    }
    if group[0] == index { result.append(joined(group.map { diagnostics[$0] })) }
  }
  return result
}

/// Precondition: not empty.
private func joined(_ group: [Diagnostic]) -> Diagnostic {
  var result = group[0]
  let places = group.compactMap(\.place)
  let first = places.prefix(3).joined(separator: "; ") + (places.count > 3 ? "; …" : "")
  // One tensor that several nodes read is told by them.
  let tensors = Set(places.compactMap { place in place.firstRange(of: "tensor '").map { place[$0.lowerBound...] } })
  let noun = tensors.count == places.count ? "tensors" : places.allSatisfy { $0.hasPrefix("node '") } ? "nodes" : "places"
  result.place = "\(group.count) \(noun), \(first)"
  if !group.allSatisfy({ $0.operatorName == result.operatorName }) { result.operatorName = nil }
  if result.operatorName == nil || !group.allSatisfy({ $0.shapes == result.shapes }) { result.shapes = [] }
  if !group.allSatisfy({ $0.message == result.message }) { result.message += " (The others say the same about their own names and sizes.)" }
  return result
}

/// A sentence without what stands in quotes and without its numbers.
private func withoutFacts(_ text: String) -> String {
  var result = ""
  var isQuoted = false
  for character in text {
    if character == "'" { isQuoted.toggle() }
    if !isQuoted, !character.isNumber { result.append(character) }
  }
  return result
}
