/// What a kernel takes: a sum of what each multiply-accumulate, each result, each byte of activations, each byte of weights and each call take, in the
/// model's unit.
package struct KernelRate: Equatable, Sendable {
  package var perWork = 0.0
  package var perOutput = 0.0
  package var perByte = 0.0
  /// Weights are read once or again for each block of pixels; where pixels are few, that is all that counts.
  package var perWeightByte = 0.0
  package var perCall = 0.0

  package init(perWork: Double = 0, perOutput: Double = 0, perByte: Double = 0, perWeightByte: Double = 0, perCall: Double = 0) {
    (self.perWork, self.perOutput, self.perByte) = (perWork, perOutput, perByte)
    (self.perWeightByte, self.perCall) = (perWeightByte, perCall)
  }

  /// In the order of `KernelFeatures.terms`.
  package init(terms: [Double]) {
    self.init(perWork: terms[0], perOutput: terms[1], perByte: terms[2], perWeightByte: terms[3], perCall: terms[4])
  }

  package var terms: [Double] { [perWork, perOutput, perByte, perWeightByte, perCall] }

  package func cost(_ features: KernelFeatures) -> Double { zip(terms, features.terms).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// The sizes that a rate multiplies.
package struct KernelFeatures: Equatable, Sendable {
  /// As the kernel does it: the channels of a convolution in sixteens, its inputs in fours.
  package var work: Double
  package var outputs: Double
  /// Of what is read first and what is written.
  package var bytes: Double
  /// Of a convolution.
  package var weightBytes: Double

  /// What each term of a rate multiplies.
  package var terms: [Double] { [work, outputs, bytes, weightBytes, 1] }

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
    (self.work, self.outputs, bytes, weightBytes) = (work, outputs, (inputs + outputs) * element, weights * element)
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
