/// What a command says about a model beyond its file. Each entry goes before what the recipe says.
public struct ModelOptions: Sendable, Equatable {
  /// The values of the graph to keep as outputs; nil: what the recipe's attributes name, or the declared outputs.
  public var outputs: [String]?
  /// Sizes of inputs, by name.
  public var shapes: [String: [Int]]
  /// Inputs that never change, by name.
  public var constants: [String: ModelConstant]

  public init(outputs: [String]? = nil, shapes: [String: [Int]] = [:], constants: [String: ModelConstant] = [:]) {
    self.outputs = outputs
    self.shapes = shapes
    self.constants = constants
  }
}

/// What an input holds that never changes.
public enum ModelConstant: Sendable, Equatable {
  /// Row-major; the shape is empty for a single number.
  case numbers(shape: [Int], [Float])
  /// A `.npy` file.
  case file(String)
}

extension ModelOptions {
  /// Files that constants are read from.
  package var files: [String] { constants.values.compactMap { if case .file(let path) = $0 { path } else { nil } } }

  /// These options, and where they say nothing, what a bundle was compiled with.
  package func completed(by other: ModelOptions) -> ModelOptions {
    ModelOptions(
      outputs: outputs ?? other.outputs, shapes: other.shapes.merging(shapes) { $1 },
      constants: other.constants.merging(constants) { $1 })
  }
}
