import FacetMetrics

/// What Facet cannot read from a model: how images become its input, and what its outputs mean. A JSON file beside the model
/// (`Formats/recipe.schema.json` documents every field).
public struct Recipe: Sendable, Equatable {
  /// The format's version that this program reads.
  public static let version = 1
  /// Most attributes of a bundle.
  public static let maximumAttributes = 64
  /// Largest recipe file, in bytes.
  public static let maximumBytes = 16 << 20

  /// The file as the user named it.
  public var file: String
  /// The bytes that it was read from. A bundle carries them, so that it can be verified as it was meant.
  package var text: [UInt8] = []
  /// The model that it belongs to, relative to the recipe's folder.
  public var model: String?
  /// How an image becomes the input; nil where only normalized tensors are taken.
  public var input: Input?
  /// Sizes of inputs that the model leaves open, or others than it says, by input name.
  public var shapes: [String: [Int]] = [:]
  /// Inputs that never change, by name; files relative to the recipe's folder.
  public var constants: [String: ModelConstant] = [:]
  /// Operators of an int8 program whose results are more than int8, by name.
  public var precisions: [String: OperatorPrecision] = [:]
  /// In the recipe's order. Empty: every graph output is an attribute of its own name with raw scores.
  public var attributes: [Attribute] = []
  /// Sets of attributes with a memory plan of their own, in the recipe's order.
  public var profiles: [Profile] = []
  /// Columns of `labels.csv` by which verification is broken down.
  public var subgroups: [String] = []
  /// Images or tensors to calibrate on, relative to the recipe's folder.
  public var calibration: String?

  public init(file: String) { self.file = file }

  /// x = (pixel · scale − mean) / std for each channel.
  public struct Input: Sendable, Equatable {
    /// The graph input that it means; nil where the model has only one.
    public var name: String?
    /// In pixels.
    public var width: Int
    public var height: Int
    /// The order of the model's axes; nil: the one that fits its shape.
    public var layout: Layout?
    public var color: Color = .rgb
    public var resize: Resize = .stretch
    /// The byte beside the picture where `resize` is letterbox.
    public var fill: UInt8 = 114
    public var scale: Double = 1.0 / 255.0
    /// As many as `color` has channels.
    public var mean: [Double]
    public var std: [Double]
    /// Takes the place of `mean`: a number for each pixel.
    public var meanImage: MeanImage?
    /// Columns of `labels.csv` with the part of each image to look at: x, y, width, height. Nil: roi_x, roi_y, roi_w and roi_h,
    /// where the table has them.
    public var roi: [String]?
  }

  /// What is subtracted of each pixel after scaling, in the input's size and colour order, in units of pixel * scale.
  public enum MeanImage: Sendable, Equatable {
    /// A `.npy` file, as the process can open it.
    case file(String)
    /// Height x width x channels: that of a bundle.
    case numbers([Double])
  }

  /// The order of the axes of an image: batch, channels, height, width (PyTorch) or batch, height, width, channels (TensorFlow, Keras).
  public enum Layout: String, Sendable, CaseIterable {
    case nchw, nhwc
  }

  public enum Color: String, Sendable, CaseIterable {
    case rgb, bgr, gray
    public var channels: Int { self == .gray ? 1 : 3 }
  }

  /// How an image is fitted to the aspect ratio of the input.
  public enum Resize: String, Sendable, CaseIterable {
    case stretch, crop, letterbox
  }

  public struct Attribute: Sendable, Equatable {
    /// `[a-z][a-z0-9_]*`
    public var name: String
    /// The value of the graph that it means: an output, or an inner value, which cuts the graph there.
    public var output: String
    /// The part of the output that it is, along axis 1 (along the only axis of a vector); nil for all of it.
    public var channels: Channels?
    /// The model that has this output, by its name (`ModelNames`); wanted only where several models that are merged have one.
    public var model: String?
    /// One for each score; of one score the negative's and the positive's, or the positive's alone.
    public var labels: [String] = []
    /// What makes one number of the scores; nil where the attribute is one of several classes, or raw scores.
    public var value: Value?
    /// Nil: what the model ends in, softmax or sigmoid, are probabilities already; otherwise softmax where there are labels, sigmoid where
    /// they are of one score, none without labels.
    public var confidence: Confidence?
    public var budget: Budget?
    /// Below this confidence a person decides, in 0 ... 1.
    public var threshold: Double?
    /// Lower numbers are evaluated first.
    public var priority = 0
    /// The condition on which it is evaluated; nil for always.
    public var gate: Gate?
  }

  /// Scores that lie side by side.
  public struct Channels: Sendable, Hashable {
    public var first: Int
    public var count: Int
  }

  /// One number out of scores: score * scale + offset of one score; of several the sum of confidence * bin, plus offset.
  public struct Value: Sendable, Equatable {
    public var scale = 1.0
    public var offset = 0.0
    /// What each score stands for; nil where there is one.
    public var bins: Bins?
    /// What the number counts, such as years.
    public var unit: String?
    /// Verification also counts the samples whose error is at most this.
    public var within: Double?
  }

  public enum Bins: Sendable, Equatable {
    case numbers([Double])
    /// first, first + step, …
    case even(first: Double, step: Double)

    /// One for each of `count` scores.
    func numbers(_ count: Int) -> [Double] {
      switch self {
      case .numbers(let numbers): numbers
      case .even(let first, let step): (0..<count).map { first + Double($0) * step }
      }
    }
  }

  /// How scores become confidences.
  public enum Confidence: String, Sendable, CaseIterable {
    case none, softmax, sigmoid, probabilities
  }

  /// What int8 may cost an attribute; a metric without a limit is not checked.
  public struct Budget: Sendable, Equatable {
    package var limits: [Metric: Double] = [:]
    /// By column of `labels.csv`: what it may cost each group of samples with one value there.
    public var subgroups: [String: Budget] = [:]

    /// - Parameters:
    ///   - accuracyDrop: percentage points of accuracy below float.
    ///   - agreement: least share of samples with the same first label as float, in percent.
    ///   - sqnr: the least signal-to-quantization-noise ratio of the scores, in dB.
    public init(accuracyDrop: Double? = nil, agreement: Double? = nil, sqnr: Double? = nil, subgroups: [String: Budget] = [:]) {
      limits[.accuracyDrop] = accuracyDrop
      limits[.agreement] = agreement
      limits[.sqnr] = sqnr
      self.subgroups = subgroups
    }

    package subscript(metric: Metric) -> Double? {
      get { limits[metric] }
      set { limits[metric] = newValue }
    }
  }

  /// That the parts of images that the recipe names are not known for a folder.
  package func wholeImagesWarning(_ data: String) -> String {
    "The recipe's input.roi names columns of labels.csv (\((input?.roi ?? []).joined(separator: ", "))), but '\(data)' has no labels.csv: its "
      + "images are taken whole, not the part of each that the network is meant to see. Put a labels.csv with these columns there."
  }

  /// Files beside the model that compiling reads: no result may replace them.
  package var files: [String] {
    var files = constants.values.compactMap { if case .file(let path) = $0 { resolve(path) } else { nil } }
    if case .file(let path)? = input?.meanImage { files.append(path) }
    return files
  }

  /// A path of the recipe (`model`, `calibration`) as the process can open it.
  public func resolve(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(file[...slash]) + path
  }
}

extension Recipe.Attribute {
  /// An attribute with raw scores.
  package init(name: String, output: String) { self.init(name: name, output: output, model: nil) }
}
