/// Everything that stands in the way of what was asked, all at once: the one error that every part above the engine throws. Nothing was written.
public struct FacetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Never empty.
  public var diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  public init(_ diagnostic: Diagnostic) { self.init([diagnostic]) }

  /// A line each.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }

  /// Whether it has one reason, and that is of this code.
  public func isOnly(_ code: some ErrorCode) -> Bool { diagnostics.count == 1 && diagnostics[0].code == code.code }
}
