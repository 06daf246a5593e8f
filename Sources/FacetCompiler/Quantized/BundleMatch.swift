import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetQuantization
import FacetRuntime

/// Which fragments of a bundle are those of an int8 program that was lowered again from its model: the same but for numbers. The bundle then says the
/// numbers: ranges and weights.
struct BundleMatch {
  private let bundle: Bundle
  private let program: LoweredProgram
  /// By fragment of the program: its number in the bundle; nil where the bundle has another.
  let fragments: [Int?]

  /// - Parameter names: of the program's attributes, in their order.
  init(_ bundle: Bundle, _ program: LoweredProgram, names: [String]) {
    (self.bundle, self.program) = (bundle, program)
    let known = bundle.fragments.map { Set($0.attributes.map { bundle.attributeDescriptions[$0].name }) }
    var fragments: [Int?] = []
    for fragment in program.fragments {
      let attributes = Set(fragment.attributes.map { names[$0] })
      let number = known.firstIndex(of: attributes)
      fragments.append(number.flatMap { Self.isSame(bundle.fragments[$0], fragment, fragments) ? $0 : nil })
    }
    self.fragments = fragments
  }

  /// - Parameter earlier: the numbers of the fragments from which it may import.
  private static func isSame(_ known: Fragment, _ fragment: LoweredFragment, _ earlier: [Int?]) -> Bool {
    guard known.instructions.count == fragment.instructions.count, known.tensors.count == fragment.tensors.count,
      known.imports.count == fragment.imports.count
    else { return false }
    for (a, b) in zip(known.imports, fragment.imports) {
      let from = earlier.indices.contains(Int(b.fragment)) ? earlier[Int(b.fragment)] : nil
      guard from == Int(a.fragment), a.tensor == b.tensor else { return false }
    }
    for (a, b) in zip(known.tensors, fragment.tensors) {
      guard a.type == b.type, a.height == b.height, a.width == b.width, a.channels == b.channels else { return false }
    }
    return zip(known.instructions, fragment.instructions).allSatisfy { a, b in
      a.opcode == b.opcode && a.reads == b.reads && a.writes == b.writes
    }
  }

  /// What the int8 of each value stands for.
  var ranges: [ValueID: Quantization] {
    var result: [ValueID: Quantization] = [:]
    for (number, fragment) in program.fragments.enumerated() {
      guard let place = fragments[number] else { continue }
      for tensor in fragment.keys.indices.dropFirst(fragment.imports.count) where fragment.keys[tensor].form.isInt8 {
        let record = bundle.fragments[place].tensors[tensor]
        result[fragment.keys[tensor].value] = Quantization(scale: record.scale, zeroPoint: record.zeroPoint)
      }
    }
    return result
  }

  /// The weights of each int8 layer, by node of the program's graph.
  ///
  /// - Parameter decisions: with the bundle's ranges.
  func layers(_ decisions: QuantizationDecisions) -> [Int: QuantizedWeights] {
    let types = decisions.types
    var result: [Int: QuantizedWeights] = [:]
    for (number, fragment) in program.fragments.enumerated() {
      guard let place = fragments[number] else { continue }
      for (index, node) in fragment.nodes.enumerated() where node >= 0 && decisions.layers[node] != nil {
        let instruction = bundle.fragments[place].instructions[index]
        let kind: ConvolutionRecord.Kind
        switch instruction.opcode {
        case .convolution: kind = .convolution
        case .depthwise: kind = .depthwise
        default: continue
        }
        guard let layer = types.layer(node) else { continue }
        let vector = types.wideLayers[node].flatMap { $0.isImage ? nil : $0 }
        // The last instruction of a layer of one pixel in 16 bits is float32.
        if vector != nil, kind == .depthwise { continue }
        let stored = StoredLayer(
          ConvolutionRecord(instruction, kind), constants: bundle.fragments[place].constants, packed: bundle.fragments[place].weights,
          storedUnsigned: bundle.storedUnsigned)
        result[node] = stored.weights(
          layer, input: decisions.quantization(vector?.planes ?? layer.input), output: decisions.quantization(layer.output))
      }
    }
    return result
  }
}
