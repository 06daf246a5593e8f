import FacetIR
import FacetTestSupport
import Foundation
import Testing

@testable import FacetImport

/// What the list of operators says is what the importer makes of the cases' models.
@Suite struct OperatorNoteTests {
  /// The operators of a model's file other than Constant, without those of its functions and subgraphs.
  private static func operators(_ test: Case) throws -> Set<String> {
    let tree = try #require(ProtobufTree([UInt8](Data(contentsOf: URL(filePath: test.model)))))
    var names: Set<String> = []
    for case .message(let graph) in tree.fields.filter({ $0.number == 7 }).map(\.payload) {
      for case .message(let node) in graph.filter({ $0.number == 1 }).map(\.payload) {
        for name in node where name.number == 4 { names.insert(Self.text(name.payload, tree)) }
      }
    }
    return names.subtracting(["Constant"])
  }

  /// Some words look like messages, such as "Equal".
  private static func text(_ payload: ProtobufTree.Payload, _ tree: ProtobufTree) -> String {
    var part = tree
    switch payload {
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .message(let fields):
      part.fields = fields
      return String(decoding: part.bytes, as: UTF8.self)
    default: return ""
    }
  }

  @Test func everyNoteIsOfAnOperator() {
    let known = Set(ONNXOperatorTable.rows.keys).union(ONNXOperatorTable.microsoftRows.keys)
    #expect(Set(ONNXOperatorTable.notes.keys).subtracting(known).isEmpty)
    #expect(ImportedOperator.all.count == ONNXOperatorTable.rows.count + ONNXOperatorTable.microsoftRows.count)
    for entry in ImportedOperator.all where !entry.note.isEmpty { #expect(entry.note.hasSuffix("."), "\(entry.name)") }
  }

  /// Cases of one operator show whether its nodes have an int8 form.
  @Test func formsAreThoseOfTheCases() throws {
    var withFloat: [String: [String]] = [:]
    var withoutFloat: [String: [String]] = [:]
    for test in Case.all {
      let names = try Self.operators(test)
      guard names.count == 1, let name = names.first, let model = try? importONNX(path: test.model) else { continue }
      let nodes = model.graph.nodes.filter { !($0.op is Identity) }
      guard !nodes.isEmpty else { continue }
      if nodes.contains(where: { $0.op.quantization == .floatOnly }) {
        withFloat[name, default: []].append(test.testDescription)
      } else {
        withoutFloat[name, default: []].append(test.testDescription)
      }
    }
    #expect(withFloat.count >= 20 && withoutFloat.count >= 50)
    for entry in ImportedOperator.all where entry.domain.isEmpty {
      let (float, int8) = (withFloat[entry.name] ?? [], withoutFloat[entry.name] ?? [])
      switch entry.form {
      case .int8: #expect(float.isEmpty, "\(entry.name) has no int8 form in \(float)")
      case .float32: #expect(int8.isEmpty, "\(entry.name) has an int8 form in \(int8)")
      case .either: break
      case .constants, .none: #expect(float.isEmpty, "\(entry.name) is computed in \(float)")
      }
    }
  }
}
