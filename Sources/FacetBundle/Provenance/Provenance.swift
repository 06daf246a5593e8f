/// Where a bundle comes from: names and hashes of what went in, never paths, so that the same inputs give the same bytes wherever they lie.
///
/// In the bundle it is a JSON object with sorted keys (Formats/facet-bundle.md, "Provenance"). This is what every part reads and writes of it.
package struct Provenance: Sendable, Equatable {
  /// A model's file.
  package struct Model: Sendable, Equatable {
    /// Without folder.
    package var name = ""
    package var format = ""
    package var producer = ""
    /// Version of the operator set; nil where an earlier version did not say it.
    package var operatorSet: Int?
    /// In hexadecimal, like all hashes here; empty where the file could not be read any more.
    package var sha256 = ""
    /// Of one of several merged models, the bundle's attributes that it has; nil where each model has one, in their order.
    package var attributes: [String]?

    package init() {}
  }

  package struct RecipeText: Sendable, Equatable {
    package var sha256 = ""
    package var text = ""

    package init() {}
  }

  /// The samples, one after the other as the network sees them.
  package struct CalibrationData: Sendable, Equatable {
    package var samples = 0
    package var sha256 = ""

    package init() {}
  }

  /// What the command said about the models.
  package struct Options: Sendable, Equatable {
    package enum Constant: Sendable, Equatable {
      case numbers(shape: [Int], [Double])
      case file(name: String, sha256: String)
    }

    package var outputs: [String]?
    package var shapes: [String: [Int]] = [:]
    package var constants: [String: Constant] = [:]

    package var isEmpty: Bool { self == Options() }

    package init() {}
  }

  /// A branch that was replaced after the bundle was compiled.
  package struct Replaced: Sendable, Equatable {
    package var branch = ""
    /// Of the bundle that the branch was replaced in.
    package var parent = ""
    package var version = ""
    package var model = Model()
    package var calibration: CalibrationData?
    package var recipe: RecipeText?
    package var precisions: [String: String] = [:]

    package init() {}
  }

  /// Of Facet.
  package var version = ""
  package var precision = ""
  package var target = ""
  package var models: [Model] = []
  /// Whether several models became one network.
  package var isMerged = false
  package var mergeTolerance = 0.0
  package var recipe: RecipeText?
  package var calibration: CalibrationData?
  package var options = Options()
  package var stopAfter: Int?
  /// Of quantization; nil: the usual one.
  package var effort: String?
  /// How ranges follow from what was measured; nil: as the effort chooses.
  package var ranges: String?
  /// Operators that give more than int8, with the number type, beyond what the recipe says.
  package var precisions: [String: String] = [:]
  /// Those of the command, by name.
  package var profiles: [String: [String]] = [:]
  /// In the order in which it happened.
  package var replaced: [Replaced] = []

  package init() {}
}
