import FacetBundle
import FacetFormat
import FacetLowering
import FacetRuntime

/// The small pieces of inputs of which a bundle's self-test makes whole ones (`SelfTestTile`).
struct SelfTestTiles {
  /// Kind and tile of the record to write.
  var form: SelfTestRecord
  /// Of each sample.
  var codes: [[UInt8]]

  /// Most codes of one sample, however large the bundle: 31 x 31 of three channels.
  static let mostCodes = 3072
  /// So many, however small the bundle: 11 x 11 of three channels.
  static let fewestCodes = 384

  /// - Parameters:
  ///   - bundle: complete but for the self-test, which is to be an eighth of it at most.
  ///   - tensor: the input.
  ///   - samples: of which the middle is taken, all pixels or all numbers; nil for one of noise over the whole range of the input.
  init(_ bundle: Bundle, tensor: TensorRecord, samples: [NetworkInput]?) {
    let (channels, height, width) = (bundle.inputChannels, bundle.inputHeight, bundle.inputWidth)
    let share = Int(bundle.view.count) / 8 / max(1, samples?.count ?? 1) - 32
    var tile = SelfTestTile(
      channels: channels, height: height, width: width, codes: min(Self.mostCodes, max(Self.fewestCodes, share)))
    let isOfPixels = samples?.first?.isPixels ?? bundle.takesPixels
    let isInt8 = tensor.type == .int8
    if !isOfPixels {
      // Numbers are exactly what the int8 codes stand for.
      (tile.scale, tile.zero) = isInt8 ? (tensor.scale, Float(tensor.zeroPoint + 128)) : (1, 128)
    }
    if let samples {
      let places = Self.places(tile, channels: channels, height: height, width: width, isHWC: isOfPixels)
      if isOfPixels {
        codes = samples.map { sample in places.map { sample.bytes[$0] } }
      } else {
        let numbers = samples.map { sample in
          sample.bytes.withUnsafeBytes { bytes in places.map { bytes.load(fromByteOffset: $0 * 4, as: Float.self) } }
        }
        if !isInt8 { tile.span(numbers.joined().filter { $0.magnitude < 0x1p120 }) }
        codes = numbers.map { $0.map(tile.code) }
      }
    } else {
      var state: UInt32 = 1
      codes = [
        (0..<tile.count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return UInt8(truncatingIfNeeded: state >> 24)
        }
      ]
    }
    form = SelfTestRecord(kind: isOfPixels ? SelfTestRecord.pixelTile : SelfTestRecord.numberTile, tile: tile)
  }

  /// Where the elements of the middle lie in a sample, in the order of a tile.
  private static func places(_ tile: SelfTestTile, channels: Int, height: Int, width: Int, isHWC: Bool) -> [Int] {
    func middle(_ size: UInt32, of whole: Int) -> Range<Int> { (whole - Int(size)) / 2..<(whole - Int(size)) / 2 + Int(size) }
    return middle(tile.height, of: height).flatMap { y in
      middle(tile.width, of: width).flatMap { x in
        middle(tile.channels, of: channels).map { c in isHWC ? (y * width + x) * channels + c : (c * height + y) * width + x }
      }
    }
  }
}

extension SelfTestTile {
  /// The largest tile of at most `codes` elements: the whole input where it is no larger, otherwise a side is that of the input or a prime.
  ///
  /// With a prime, no stride of a layer and no block of a kernel has the period of the tile: the maps of deep layers are as varied as those
  /// of a whole input. A side is at least 11, for which channels are left out where need be.
  init(channels: Int, height: Int, width: Int, codes: Int) {
    self.init()
    let least = 11
    func area(_ side: Int) -> Int { min(side, height) * min(side, width) }
    var side = max(height, width)
    var kept = channels
    if channels * area(side) > codes {
      if channels * area(least) > codes { kept = Self.prime(upTo: codes / area(least)) }
      side = Self.prime(upTo: codes)
      while side > least, kept * area(side) > codes { side = Self.prime(upTo: side - 1) }
    }
    (self.channels, self.height, self.width) = (UInt32(kept), UInt32(min(side, height)), UInt32(min(side, width)))
  }

  var count: Int { Int(channels) * Int(height) * Int(width) }

  /// The largest prime that is not above `limit`; at least 2.
  private static func prime(upTo limit: Int) -> Int {
    var number = max(2, limit)
    while (2..<number).prefix(while: { $0 * $0 <= number }).contains(where: { number % $0 == 0 }) { number -= 1 }
    return number
  }

  /// Scale and zero with which codes stand for these finite numbers: whole numbers stay whole, and those of a small range stay as they are.
  mutating func span(_ numbers: some Sequence<Float>) {
    guard let low = numbers.min(), let high = numbers.max() else { return }
    // Zero is a whole number of steps, up to one of which is lost by that.
    let step = high / 254 - low / 254
    if numbers.allSatisfy({ $0 == $0.rounded() }) {
      scale = high - low <= 255 ? 1 : step.rounded(.up)
    } else {
      // However near to each other they are, so that zero is exact.
      scale = max(step, max(abs(low), abs(high)) * 0x1p-20, .leastNormalMagnitude)
    }
    zero = -(low / scale).rounded(.down)
  }

  /// The code whose number is nearest.
  func code(_ number: Float) -> UInt8 {
    let code = (number / scale).rounded() + zero
    return code >= 255 ? 255 : code >= 0 ? UInt8(code) : 0
  }
}
