/// What an instruction does. The type of its tensors (int8 or float32) chooses between kernels of one name.
public enum Opcode: UInt32, Sendable, CaseIterable {
  /// Convolution and fully connected (`ConvolutionRecord`).
  case convolution = 1
  /// Depthwise convolution and standalone affine (`ConvolutionRecord`).
  case depthwise = 2
  case maxPool = 3
  case averagePool = 4
  case add = 5
  case multiply = 6
  /// A 256-entry table, int8 (`UnaryRecord`).
  case table = 7
  /// int8 to float32.
  case dequantize = 8
  case copy = 9
  case clip = 10
  case sigmoid = 11
  case hardSigmoid = 12
  case hardSwish = 13
  /// Over the channels of each pixel, float32.
  case softmax = 14
  /// The elements in canonical (NCHW) order, into another shape. Also brings results of several pixels into canonical order.
  case reshape = 15
  /// As `reshape`, but the output is one pixel that lists the input's elements in canonical (NCHW) order.
  case planar = 16
  /// float32 to int8 (`UnaryRecord`): q = int(rne(clamp(x / scale))) + z, as the input does it.
  case quantize = 17
  // The following work on plain tensors: one pixel that lists the elements in canonical order, without a border.
  /// Elements moved by tables, one per axis: transpose, slice, pad, expand, tile, gather … (`RearrangeRecord`).
  case rearrange = 18
  /// Two operands, broadcast by strides, float32 (`ElementwiseRecord`).
  case elementwise = 19
  /// A function of one number, float32, any geometry (`FunctionRecord`).
  case function = 20
  /// Over some axes, float32 (`ReduceRecord`).
  case reduce = 21
  /// A product of matrices for each of a batch, float32 (`MatrixProductRecord`).
  case matrixProduct = 22
  /// Along one axis, each output a weighted sum of a few inputs (`ResampleRecord`): linear and, in float32, cubic resizing.
  case resample = 23
  /// Along one axis, the first elements by value, or their indices, float32 (`TopKRecord`).
  case topK = 24
  /// A 256-entry table for each channel, int8 (`UnaryRecord`).
  case channelTable = 25
}
