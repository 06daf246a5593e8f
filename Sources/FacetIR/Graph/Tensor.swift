/// A dense float32 tensor in row-major (ONNX, NCHW) order. Weights, biases and reference results.
package struct Tensor: Sendable, Equatable {
  package var shape: [Int]
  /// `shape.reduce(1, *)` elements.
  package var elements: [Float]

  /// Precondition: `elements.count` is the product of `shape`.
  package init(shape: [Int], elements: [Float]) {
    precondition(shape.elementCount == elements.count, "shape \(shape) holds \(elements.count) elements")
    self.shape = shape
    self.elements = elements
  }

  package init(shape: [Int], repeating value: Float) {
    self.init(shape: shape, elements: [Float](repeating: value, count: shape.elementCount))
  }

  /// A vector of shape `[elements.count]`.
  package init(_ elements: [Float]) { self.init(shape: [elements.count], elements: elements) }
}

extension [Int] {
  /// The number of elements of a tensor of this shape; 1 for a scalar.
  package var elementCount: Int { reduce(1, *) }
}
