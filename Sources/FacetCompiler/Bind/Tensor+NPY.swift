import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR

extension Tensor {
  /// Most bytes of a file that holds a constant input.
  private static let maximumConstantBytes = 256 << 20

  /// The numbers of a `.npy` file, whole: an input that never changes.
  init(constant path: String) throws(FacetError) {
    let array = try NPYArray.read(path, limit: Self.maximumConstantBytes)
    guard array.elements.count > 0 else {
      throw FacetError(
        code: .npyShape, file: path, place: "npy header", message: "the shape \(array.shape) holds no elements",
        remedy: "Save the numbers that the input always has.")
    }
    func exact(_ values: [some BinaryInteger]) throws(FacetError) -> [Float] {
      let floats = values.compactMap { Float(exactly: $0) }
      guard floats.count == values.count else {
        throw FacetError(
          code: .npyType, file: path, message: "integers beyond 2^24, which float32 does not hold",
          remedy: "Constants are numbers that float32 holds.")
      }
      return floats
    }
    let elements: [Float] =
      switch array.elements {
      case .float32(let values): values
      case .uint8(let values): values.map(Float.init)
      case .int32(let values): try exact(values)
      case .int64(let values): try exact(values)
      }
    self.init(shape: array.shape, elements: elements)
  }
}
