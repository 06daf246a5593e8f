import FacetDiagnostics
import FacetFiles
import FacetFormat

/// A file of a data set and how many samples it holds: one in an image, the first axis in a tensor.
struct Entry: Sendable {
  let path: String
  /// As messages and results call it: relative to the folder.
  let name: String
  let count: Int
  private let isTensor: Bool
  /// Why it cannot be read, where that is known already.
  private var fault: FacetError?
  /// Pixels, not ready inputs.
  let holdsImages: Bool

  /// Reads the header of a tensor, and nothing of an image.
  init(_ path: String, name: String) throws(FacetError) {
    self.path = path
    self.name = name
    isTensor = name.lowercased().hasSuffix(".npy")
    guard isTensor else {
      (count, holdsImages) = (1, true)
      return
    }
    let header = try NPYFile(path).header
    count = try TensorLayout(header, path).samples
    holdsImages = header.elementType == .uint8
  }

  /// One sample that cannot be read.
  init(unreadable path: String, name: String, _ fault: FacetError) {
    (self.path, self.name, self.fault) = (path, name, fault)
    (count, isTensor, holdsImages) = (1, false, true)
  }

  func sample(_ index: Int) throws(FacetError) -> Sample {
    if let fault { throw fault }
    guard isTensor else { return .frame(try ImageDecoder.decode(contentsOf: path), name: name) }
    // Opened anew each time: a folder may hold more tensors than a process may hold files. It may have changed.
    let file = try NPYFile(path)
    let layout = try TensorLayout(file.header, path)
    guard index < layout.samples else {
      throw FacetError(
        code: .fileChanged, file: path, message: "\(layout.samples) samples, but there were more",
        remedy: "It was changed while it was read; try again.")
    }
    let name = layout.samples == 1 ? name : "\(name)[\(index)]"
    switch try file.elements(index * layout.elements..<(index + 1) * layout.elements) {
    case .uint8(let values):
      let pixels = layout.shape[2] == 1 ? grayToRGB(values) : values
      if let frame = Frame(width: layout.shape[1], height: layout.shape[0], pixels: pixels) {
        return .frame(frame, name: name)
      }
    case .float32(let values): return .tensor(values, shape: [1] + layout.shape, name: name)
    case .int32, .int64: break
    }
    throw TensorLayout.refused(file.header.elementType, path)
  }
}

/// How a `.npy` array is taken as samples: uint8 as images (NHWC), floats as ready inputs (NCHW).
private struct TensorLayout {
  let samples: Int
  /// Of one sample.
  let shape: [Int]
  let elements: Int

  /// Largest sample, in elements: as many as the largest image has.
  private static let maximumElements = 3 * ImageDecoder.maximumPixels

  init(_ header: NPYHeader, _ path: String) throws(FacetError) {
    samples = header.shape.first ?? 0
    shape = Array(header.shape.dropFirst())
    elements = samples > 0 ? header.elementCount / samples : 0
    guard samples > 0, elements > 0, !shape.isEmpty else {
      throw FacetError(
        code: .npyShape, file: path, place: "npy header", message: "the shape \(header.shape) holds no samples",
        remedy: "The first axis counts samples; save x[None] for a single one.")
    }
    guard elements <= Self.maximumElements else {
      throw FacetError(
        code: .npyShape, file: path, place: "npy header",
        message: "\(elements) elements per sample; the limit is \(Self.maximumElements)",
        remedy: "Make the samples smaller.")
    }
    guard !header.isFortranOrder else {
      throw FacetError(
        code: .npyOrder, file: path, place: "npy header", message: "Fortran order, in which samples do not lie one after the other",
        remedy: "Save numpy.ascontiguousarray(x) instead.")
    }
    switch header.elementType {
    case .float16, .float32, .float64: break
    case .uint8:
      guard shape.count == 3, shape[2] == 1 || shape[2] == 3, shape[0] <= frameMaximumSide, shape[1] <= frameMaximumSide
      else {
        throw FacetError(
          code: .npyShape, file: path, place: "npy header",
          message: "uint8 of shape \(header.shape) is not a batch of images" + Self.layoutFault(header.shape),
          remedy: Self.layoutRemedy(header.shape)
            + "Images are samples x height x width x 3 (or 1), at most \(frameMaximumSide) a side; "
            + "other inputs are float32 NCHW, normalized.")
      }
    default: throw Self.refused(header.elementType, path)
    }
  }

  private static func layoutFault(_ shape: [Int]) -> String {
    shape.count == 4 && [1, 3].contains(shape[1]) ? ": it is NCHW, and pixels are NHWC" : ""
  }

  /// What to do about the usual ways to save images otherwise.
  private static func layoutRemedy(_ shape: [Int]) -> String {
    switch shape.count {
    case 4 where [1, 3].contains(shape[1]): "Save x.transpose(0, 2, 3, 1). "
    case 4 where shape[3] == 4: "Save x[..., :3], without alpha. "
    case 3 where [1, 3].contains(shape[2]): "Save x[None], for a single image. "
    case 3: "Save x[..., None], for gray images. "
    case 2: "Save x[None, :, :, None], for a single gray image. "
    default: ""
    }
  }

  static func refused(_ type: NPYElementType, _ path: String) -> FacetError {
    FacetError(
      code: .npyType, file: path, place: "npy header", message: "elements of type '\(type.descr)' cannot be a network input",
      remedy: "Save uint8 images (NHWC), or normalized float32 (NCHW).")
  }
}
