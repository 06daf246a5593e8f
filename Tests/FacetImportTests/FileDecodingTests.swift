import FacetDiagnostics
import FacetIR
import FacetImport
import Foundation
import Testing

/// A file of mostly weights is decoded tensor by tensor, its pages given back on the way: the result is that of decoding it at once.
@Suite struct FileDecodingTests {
  private static let elements = 64 * 64 * 9

  /// Two convolutions of 64 channels.
  private func network() -> [UInt8] {
    func weights(_ name: String, _ seed: Int) -> Message {
      tensor(name, [64, 64, 3, 3], (0..<Self.elements).map { Float(($0 &* 7919 &+ seed) % 2001 - 1000) / 1000 })
    }
    return model(
      [node("Conv", ["x", "w1"], ["h"]), node("Conv", ["h", "w2"], ["y"])], tensors: [weights("w1", 1), weights("w2", 5)],
      inputs: [input("x", [1, 64, 9, 9])])
  }

  /// What an import gives, as far as two can be compared.
  private func outcome(_ body: () throws -> ImportedModel) -> String {
    do {
      let graph = try body().graph
      let constants = graph.constants.sorted { $0.key < $1.key }.map {
        "\($0.key) \($0.value.elements.reduce(into: Hasher()) { $0.combine($1) }.finalize())"
      }
      return graph.text(constants: true) + constants.joined(separator: "\n")
    } catch {
      return ((error as? FacetError)?.diagnostics ?? []).map { "\($0.code) \($0.place ?? "") \($0.message)" }.joined(separator: "\n")
    }
  }

  private func expectEqual(_ bytes: [UInt8], _ file: URL, _ comment: String) throws {
    try Data(bytes).write(to: file)
    let atOnce = outcome { try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: file.path) } }
    #expect(outcome { try importONNX(path: file.path) } == atOnce, "\(comment)")
  }

  @Test func aFileOfWeightsGivesWhatItsBytesGive() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "facet-decode-\(UUID().uuidString).onnx")
    defer { try? FileManager.default.removeItem(at: file) }
    let whole = network()
    try expectEqual(whole, file, "whole")
    let graph = try importONNX(path: file.path).graph
    #expect(graph.nodes.count == 2 && graph.constant(graph.nodes[1].inputs[1])?.elements[3] == Float((3 * 7919 + 5) % 2001 - 1000) / 1000)
    // Two graphs are merged by protocol buffers; the second holds a tensor alone.
    try expectEqual(whole + Message().message(7, Message().messages(5, [tensor("w3", [1], [1])])).bytes, file, "two graphs")
    for length in stride(from: 1, to: whole.count, by: whole.count / 40) {
      try expectEqual(Array(whole[..<length]), file, "cut to \(length)")
    }
    for step in 0..<150 {
      var damaged = whole
      // Half of the places lie where names, sizes and tags are, beside the weights.
      let place = step % 2 == 0 ? step * 17 % 120 : step * 7919 % whole.count
      let value = UInt8(truncatingIfNeeded: step * 37 + 1)
      damaged[place] = value
      try expectEqual(damaged, file, "byte \(place) is \(value)")
    }
  }
}
