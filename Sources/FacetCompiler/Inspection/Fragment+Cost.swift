import FacetFormat
import FacetRuntime

extension Fragment {
  /// Multiply-accumulates of its convolutions, fully connected layers and products of matrices, as the graph's operators count them.
  package var multiplyAccumulates: Int {
    instructions.reduce(0) { $0 + multiplyAccumulates($1) }
  }

  private func multiplyAccumulates(_ instruction: Instruction) -> Int {
    func count(_ tensor: UInt32) -> Int { Int(tensors[Int(tensor)].elementCount) }
    switch instruction.opcode {
    case .convolution?, .depthwise?:
      let record = ConvolutionRecord(instruction)
      let output = count(record.output == BundleFormat.none ? record.scores : record.output)
      let channels = record.opcode == .depthwise ? 1 : Int(tensors[Int(record.input)].channels) / Int(record.groups)
      return output * Int(record.kernelHeight) * Int(record.kernelWidth) * channels
    case .matrixProduct?:
      let record = MatrixProductRecord(instruction)
      return count(record.output) * Int(record.inner)
    default: return 0
    }
  }
}
