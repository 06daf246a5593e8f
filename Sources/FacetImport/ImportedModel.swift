import FacetIR

/// A model file turned into a graph.
package struct ImportedModel: Sendable {
  package var graph: Graph
  package var source: ModelSource
  /// What the importer assumed or left out, a sentence each, for the user to read.
  package var notes: [String]
  /// Names of `ImportOptions` that the model does not have; empty where that is an error.
  package var unknownNames: Set<String>
  /// Types of inputs that are integers in the file, such as `uint8`, by name.
  package var integerInputs: [String: String] = [:]
  /// What the operators of the file compute, by name: `ImportOptions.outputs` may hold these.
  package var valueNames: Set<String> = []

  package init(graph: Graph, source: ModelSource, notes: [String] = [], unknownNames: Set<String> = []) {
    self.graph = graph
    self.source = source
    self.notes = notes
    self.unknownNames = unknownNames
  }
}

/// Where a model came from: printed by `inspect` and kept as provenance.
package struct ModelSource: Sendable, Equatable {
  /// The file as the user named it.
  package var file: String
  /// Bytes of the model file, without external data files.
  package var fileSize: Int
  /// e.g. `ONNX`.
  package var format: String
  /// The version of the format's operators; for ONNX the opset of the standard domain.
  package var operatorSet: Int
  /// The program that wrote the file, with its version, e.g. `pytorch 2.4.0`; empty where the file does not say.
  package var producer: String
  /// The name that the file gives to the network; often empty.
  package var name: String
  /// Files beside the model that hold some of its weights, as paths.
  package var externalFiles: [String] = []

  package init(file: String, fileSize: Int, format: String, operatorSet: Int, producer: String, name: String) {
    self.file = file
    self.fileSize = fileSize
    self.format = format
    self.operatorSet = operatorSet
    self.producer = producer
    self.name = name
  }
}
