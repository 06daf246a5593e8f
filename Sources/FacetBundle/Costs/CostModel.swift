/// What a kernel takes: a sum of what each multiply-accumulate, each result, each byte and each call take, in the model's unit.
package struct KernelRate: Equatable, Sendable {
  package var perWork = 0.0
  package var perOutput = 0.0
  package var perByte = 0.0
  package var perCall = 0.0

  package init(perWork: Double = 0, perOutput: Double = 0, perByte: Double = 0, perCall: Double = 0) {
    (self.perWork, self.perOutput, self.perByte, self.perCall) = (perWork, perOutput, perByte, perCall)
  }

  package func cost(_ features: KernelFeatures) -> Double {
    perWork * features.work + perOutput * features.outputs + perByte * features.bytes + perCall
  }
}

/// The sizes that a rate multiplies.
package struct KernelFeatures: Equatable, Sendable {
  /// As the kernel does it: the channels of a convolution in sixteens, its inputs in fours.
  package var work: Double
  package var outputs: Double
  /// Of what is read first and what is written, and of a convolution's weights.
  package var bytes: Double

  package init(kernel: String, _ shape: KernelShape) {
    func count(_ shape: [Int]) -> Double { shape.isEmpty ? 0 : shape.reduce(1) { $0 * Double($1) } }
    func padded(_ value: Double, to unit: Double) -> Double { (value / unit).rounded(.up) * unit }
    let (inputs, outputs) = (count(shape.input), count(shape.output))
    let element = kernel.contains("_f32") ? 4.0 : 1.0
    var work = shape.work > 0 ? Double(shape.work) : max(inputs, outputs)
    var weights = 0.0
    if shape.output.count == 3, outputs > 0 {
      let channels = Double(shape.output[0])
      let pixels = outputs / channels
      if kernel.hasPrefix("conv_") {
        let inner = padded(work / outputs, to: 4)
        weights = inner * padded(channels, to: 16)
        work = weights * pixels
      } else if kernel.hasPrefix("depthwise_") {
        weights = work / pixels
        work *= padded(channels, to: 16) / channels
      }
    }
    (self.work, self.outputs, bytes) = (work, outputs, (inputs + outputs + weights) * element)
  }
}

/// What kernels of one level of a kind of CPU take: `cost(kernel, shape, level)` of plans, budgets and pruning. One per level.
///
/// Rates come from a machine's own times (`facet-run --write-costs`, in nanoseconds), or from instructions counted under an emulator; a count
/// becomes a time by how many instructions a core is assumed to do a second.
package struct CostModel: Equatable, Sendable {
  package enum Unit: String, Sendable {
    case nanoseconds = "ns"
    case instructions
  }

  package var level: KernelLevelName
  package var unit: Unit
  /// Where they are from: a machine, or an emulator's CPU, and when.
  package var source: String
  /// By the kernel's name.
  package var rates: [String: KernelRate]

  package init(level: KernelLevelName, unit: Unit, source: String, rates: [String: KernelRate]) {
    (self.level, self.unit, self.source, self.rates) = (level, unit, source, rates)
  }

  /// In the model's unit; nil for a kernel without a rate.
  package func cost(kernel: String, _ shape: KernelShape) -> Double? {
    rates[kernel]?.cost(KernelFeatures(kernel: kernel, shape))
  }
}
