import FacetDiagnostics
import FacetFiles
import FacetQuantization

/// An operator that gives more than int8.
public struct MoreBits: Sendable, Encodable, Equatable {
  public var `operator`: String
  /// "int16" or "float32".
  public var precision: String

  /// In the order of the names.
  static func list(_ precisions: [String: ResultPrecision]) -> [MoreBits] {
    precisions.sorted { $0.key < $1.key }.map { MoreBits(operator: $0.key, precision: $0.value.rawValue) }
  }
}

/// Which operators give more than int8, as one compile decided and another takes it, such as for another board: a JSON file.
public struct PrecisionDecisions: Sendable, Equatable {
  /// The number type by operator: "int16" or "float32".
  public var precision: [String: String]
  /// For messages.
  public var file = ""

  /// Most bytes of a file.
  private static let maximumBytes = 1 << 20

  public init(_ moreBits: [MoreBits]) { precision = Dictionary(moreBits.map { ($0.operator, $0.precision) }) { $1 } }

  /// - Throws: errors of the file; `compile.decisions` where it is none.
  public init(file: String) throws(FacetError) {
    func problem(_ message: String) -> FacetError {
      FacetError(
        Diagnostic(
          code: CompileErrorCode.decisions, file: file, message: message,
          remedy: "Give a file that 'facet compile --write-decisions' wrote: {\"version\": 1, \"precision\": {\"OPERATOR\": \"int16\"}}."))
    }
    let bytes = try readFile(file, limit: Self.maximumBytes)
    let root: JSONNode
    do {
      root = try JSONParser.parse(bytes)
    } catch {
      throw problem("It cannot be read as JSON: \(error.message) (at byte \(error.offset)).")
    }
    guard case .object(let members) = root.value else { throw problem("It holds no JSON object.") }
    for member in members where !["version", "precision"].contains(member.key) { throw problem("There is no key '\(member.key)'.") }
    guard root["version"]?.integer == 1 else { throw problem("Its version is not 1.") }
    guard case .object(let operators)? = root["precision"]?.value else { throw problem("It has no object \"precision\".") }
    precision = [:]
    for member in operators {
      guard let type = member.node.string, ResultPrecision(rawValue: type) != nil else {
        throw problem("\"precision\" of '\(member.key)' is neither \"int16\" nor \"float32\".")
      }
      precision[member.key] = type
    }
    self.file = file
  }

  /// As a file has it.
  public var json: [UInt8] {
    let rows = precision.sorted { $0.key < $1.key }.map { "    \(jsonString($0.key)): \(jsonString($0.value))" }
    let body = rows.isEmpty ? "{}" : "{\n\(rows.joined(separator: ",\n"))\n  }"
    return Array("{\n  \"version\": 1,\n  \"precision\": \(body)\n}\n".utf8)
  }
}
