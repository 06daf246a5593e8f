import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetMetrics
import FacetQuantization
import FacetRuntime
import FacetStatistics

/// What the int8 layers of a program read on calibration samples: second moments of their unfolded inputs, in the program's own codes.
struct LayerInputs {
  /// Of what is looked at.
  struct Limits: Equatable {
    /// More inputs a sum hardly gain by second-order rounding, and take long: cost grows with their square.
    var inputs: Int
    /// Of all layers' moments. What comes later and has more inputs goes without.
    var bytes: Int

    static let usual = Limits(inputs: 576, bytes: 256 << 20)
    static let wide = Limits(inputs: 4608, bytes: 768 << 20)
  }

  /// Positions of a layer that are looked at: of all samples as many as it has inputs, eight times, and more where that costs little.
  private static let positionsPerInput = 8
  private static let cheapProducts = 1 << 22

  private struct Place {
    var fragment: Int
    var tensor: Int
  }

  private struct Moment: Hashable {
    var fragment: Int
    var instruction: Int
  }

  private struct Reading {
    var node: Int
    var layer: WeightedLayer
    var place: Place
  }

  /// By node: of each group.
  private(set) var moments: [Int: [SecondMoments]] = [:]
  private let bundle: Bundle
  private let types: NumberTypes
  private var readings: [Moment: [Reading]] = [:]

  /// - Parameters:
  ///   - types: of the bundle's program.
  ///   - fragments: those that were lowered from its graph, by number.
  init(_ bundle: Bundle, _ types: NumberTypes, _ fragments: [Int: LoweredFragment], limits: Limits = .usual) {
    (self.bundle, self.types) = (bundle, types)
    var found: [(at: Moment, reading: Reading, size: Int)] = []
    for (number, fragment) in fragments.sorted(by: { $0.key < $1.key }) {
      for (instruction, node) in fragment.nodes.enumerated() where node >= 0 && types.wideLayers[node]?.isImage != false {
        guard case .convolution(let record)? = bundle.fragments[number].instructions[instruction].decoded,
          let layer = types.layer(node), layer.weightScales == nil,
          bundle.fragments[number].tensors[Int(record.input)].type == .int8
        else { continue }
        let tensor = Int(record.input)
        let place =
          tensor < fragment.imports.count
          ? Place(fragment: Int(fragment.imports[tensor].fragment), tensor: Int(fragment.imports[tensor].tensor))
          : Place(fragment: number, tensor: tensor)
        let size = layer.groupInputs * layer.taps
        guard size > 1, size <= limits.inputs else { continue }
        found.append((Moment(fragment: number, instruction: instruction), Reading(node: node, layer: layer, place: place), size))
      }
    }
    var bytes = 0
    for (at, reading, size) in found.sorted(by: { ($0.size, $0.reading.node) < ($1.size, $1.reading.node) }) {
      bytes += reading.layer.groups * SecondMoments.bytes(size: size)
      if bytes > limits.bytes { break }
      readings[at, default: []].append(reading)
      moments[reading.node] = [SecondMoments](repeating: SecondMoments(size: size), count: reading.layer.groups)
    }
  }

  var isEmpty: Bool { moments.isEmpty }

  /// By node.
  var layers: Set<Int> { Set(moments.keys) }

  /// - Parameter samples: all that are to be looked at.
  mutating func add(_ samples: [NetworkInput], _ session: Session) throws {
    for sample in samples {
      try sample.set(on: session)
      var problem: (any Error)?
      var found = moments
      moments = [:]
      let this = self
      try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true) { fragment, instruction in
        guard problem == nil else { return }
        for reading in this.readings[Moment(fragment: fragment, instruction: instruction)] ?? [] {
          do {
            let codes = try this.codes(reading.place, session)
            try this.add(codes, reading.layer, &found[reading.node, default: []], samples: samples.count)
          } catch {
            problem = error
          }
        }
      }
      moments = found
      if let problem { throw problem }
    }
  }

  /// Of an int8 tensor, less its zero point; channels first.
  private func codes(_ place: Place, _ session: Session) throws -> [Int16] {
    let record = bundle.fragments[place.fragment].tensors[place.tensor]
    var values = [Float](repeating: 0, count: Int(record.elementCount))
    try values.withUnsafeMutableBufferPointer { try session.readTensor(fragment: place.fragment, tensor: place.tensor, into: $0) }
    return values.map { Int16(($0 / record.scale).rounded(.toNearestOrEven)) }
  }

  private func add(_ codes: [Int16], _ layer: WeightedLayer, _ moments: inout [SecondMoments], samples: Int) throws {
    guard let from = PixelShape(types.graph.shape(layer.input)), let to = PixelShape(types.graph.shape(layer.output)) else { return }
    let (size, pixels) = (layer.groupInputs * layer.taps, to.height * to.width)
    let wanted = max(Self.cheapProducts / (size * size), (Self.positionsPerInput * size + samples - 1) / samples)
    let count = min(pixels, max(wanted, 1))
    for group in 0..<layer.groups {
      var rows: [Int16] = []
      rows.reserveCapacity(count * size)
      for position in evenlySpread(0..<pixels, count) {
        let (y, x) = (position / to.width * layer.strides[0] - layer.pads[0], position % to.width * layer.strides[1] - layer.pads[1])
        for input in group * layer.groupInputs..<(group + 1) * layer.groupInputs {
          for ky in 0..<layer.kernelHeight {
            for kx in 0..<layer.kernelWidth {
              let (iy, ix) = (y + ky * layer.dilations[0], x + kx * layer.dilations[1])
              let isInside = iy >= 0 && iy < from.height && ix >= 0 && ix < from.width
              rows.append(isInside ? codes[(input * from.height + iy) * from.width + ix] : 0)
            }
          }
        }
      }
      moments[group].add(rows)
    }
  }

  /// Codes for the weights of each layer that gains by others than the nearest.
  func rounded(_ decisions: QuantizationDecisions, threads: Int = 1) -> [Int: RoundedWeights] {
    var result: [Int: RoundedWeights] = [:]
    for reading in readings.values.joined() {
      guard let moments = moments[reading.node] else { continue }
      result[reading.node] = RoundedWeights(
        reading.layer, moments, inputScale: decisions.quantization(reading.layer.input).scale, threads: threads)
    }
    return result
  }
}
