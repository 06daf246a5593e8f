/// A named set of attributes with a memory plan of its own, which serves them alone.
public struct Profile: Sendable, Equatable {
  public var name: String
  /// Names, in any order.
  public var attributes: [String]

  /// As many as anyone uses; a bundle has a section for each.
  public static let maximumCount = 64

  public init(name: String, attributes: [String]) { (self.name, self.attributes) = (name, attributes) }

  /// Reads `NAME=a,b`; nil where it is not of that form, or the name is no identifier.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Recipe.Attribute.isIdentifier(String(parts[0])), !parts[1].isEmpty else { return nil }
    self.init(name: String(parts[0]), attributes: parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init))
  }
}
