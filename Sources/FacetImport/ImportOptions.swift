import FacetIR

/// What the user says about a model beyond its file.
package struct ImportOptions: Sendable {
  /// Sizes of inputs that the file leaves open, or others than it says, by input name, e.g. `[1, 3, 224, 224]`.
  package var inputShapes: [String: [Int]]
  /// Inputs of the file that are constants from now on, by name: thresholds, sizes, a second input that never changes.
  package var constants: [String: Tensor]
  /// The size of the image input, where it is known: fills what the file leaves open.
  package var image: ImageSize?
  /// The values of the graph that are wanted, whatever the file declares as outputs: what only others need is not imported. Nil: the
  /// declared ones.
  package var outputs: [String]?
  /// Who names `outputs`, for messages: an option, or a recipe.
  package var outputsOrigin = "--outputs"
  /// The batch for which the file was exported and which is taken as 1; nil: shapes are as the file says.
  var batch: Int?
  /// Whether the names may be those of another model that is read beside this one. They are then in `ImportedModel.unknownNames`.
  package var isOneOfSeveral = false
  /// What this machine may give for the model, in bytes.
  package var memory = Int.max

  package init(
    inputShapes: [String: [Int]] = [:], constants: [String: Tensor] = [:], image: ImageSize? = nil, outputs: [String]? = nil
  ) {
    self.inputShapes = inputShapes
    self.constants = constants
    self.image = image
    self.outputs = outputs
  }
}

/// An image as a network's input, in either layout.
package struct ImageSize: Sendable, Equatable {
  /// The input that it means; nil for any.
  package var name: String?
  package var channels: Int
  package var height: Int
  package var width: Int

  package init(name: String?, channels: Int, height: Int, width: Int) {
    self.name = name
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Batch, channels, height, width.
  package var nchw: [Int] { [1, channels, height, width] }
  /// Batch, height, width, channels.
  package var nhwc: [Int] { [1, height, width, channels] }
}
