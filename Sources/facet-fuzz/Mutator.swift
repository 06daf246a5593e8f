import FacetFiles
import FacetTestSupport

/// Makes damaged variants of a file. Half of the places lie in its hot part, where structure stands rather than weights or pixels.
struct Mutator {
  private let original: [UInt8]
  private let hot: [Range<Int>]
  /// Pieces that mean something in this kind of file.
  private let tokens: [[UInt8]]
  /// The file as protobuf messages; nil for other kinds.
  private let message: ProtobufTree?
  private var random: SplitMix64

  init(_ original: [UInt8], hot: [Range<Int>], tokens: [String], isProtobuf: Bool, seed: UInt64) {
    message = isProtobuf ? ProtobufTree(original) : nil
    self.original = original
    self.hot = hot.map { $0.clamped(to: 0..<original.count) }.filter { !$0.isEmpty }
    self.tokens = tokens.map { Array($0.utf8) }
    random = SplitMix64(seed: seed)
  }

  /// One to four damages. Of protobuf, half of them to its structure, which leave the rest readable.
  mutating func variant() -> [UInt8] {
    if var message, Bool.random(using: &random) {
      for _ in 0..<Int.random(in: 1...4, using: &random) { message.damage(&random) }
      return message.bytes
    }
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&bytes) }
    return bytes
  }

  private mutating func place(in bytes: [UInt8]) -> Int {
    guard !bytes.isEmpty else { return 0 }
    if Bool.random(using: &random), let range = hot.randomElement(using: &random) {
      return min(Int.random(in: range, using: &random), bytes.count - 1)
    }
    return Int.random(in: 0..<bytes.count, using: &random)
  }

  /// Mostly short, sometimes long.
  private mutating func length(atMost limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    let bound = [4, 64, 4096, limit].randomElement(using: &random) ?? 4
    return Int.random(in: 1...min(bound, limit), using: &random)
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let at = place(in: bytes)
    switch Int.random(in: 0..<(tokens.isEmpty ? 9 : 12), using: &random) {
    case 0: flipBits(&bytes)
    case 1: for _ in 0..<8 where !bytes.isEmpty { bytes[place(in: bytes)] = UInt8.random(in: 0...255, using: &random) }
    case 2: bytes.removeLast(bytes.count - at)
    case 3, 4: tamperLength(&bytes, at)
    case 5: copyBlock(&bytes, to: at)
    case 6: bytes.removeSubrange(at..<(at + length(atMost: bytes.count - at)))
    case 7: splice(&bytes, at)
    case 8:
      let value: UInt8 = Bool.random(using: &random) ? 0 : 0xFF
      for index in at..<(at + length(atMost: bytes.count - at)) { bytes[index] = value }
    default:
      let token = tokens.randomElement(using: &random) ?? []
      let count = Int.random(in: 0..<50, using: &random) == 0 ? 1000 : 1
      let end = Bool.random(using: &random) ? at : min(bytes.count, at + token.count)
      bytes.replaceSubrange(at..<end, with: Array(repeatElement(token, count: count).joined()))
    }
  }

  private mutating func flipBits(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    for _ in 0..<Int.random(in: 1...8, using: &random) { bytes[place(in: bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
  }

  /// Writes a number that lengths and offsets break at, of 1, 2, 4 or 8 bytes in either order.
  private mutating func tamperLength(_ bytes: inout [UInt8], _ at: Int) {
    let size = UInt64(bytes.count)
    let numbers: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
      0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, .max - 63, size, size &- 1, size &+ 1, size / 2, 0x7F80_0000, 0x7FC0_0000,
    ]
    let number = numbers.randomElement(using: &random) ?? 0
    let width = [1, 2, 4, 8].randomElement(using: &random) ?? 4
    let isBig = Bool.random(using: &random)
    // Records are aligned more often than not.
    let start = Bool.random(using: &random) ? at / width * width : at
    for index in 0..<width where start + index < bytes.count {
      bytes[start + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (isBig ? width - 1 - index : index)))
    }
  }

  private mutating func copyBlock(_ bytes: inout [UInt8], to at: Int) {
    guard !bytes.isEmpty else { return }
    let from = place(in: bytes)
    let block = Array(bytes[from..<(from + length(atMost: bytes.count - from))])
    let end = Bool.random(using: &random) ? at : min(bytes.count, at + block.count)
    bytes.replaceSubrange(at..<end, with: block)
  }

  /// The beginning of the file up to one place, and its end from another.
  private mutating func splice(_ bytes: inout [UInt8], _ at: Int) {
    guard !bytes.isEmpty else { return }
    let from = place(in: bytes)
    // A splice backwards repeats a part; the file at most doubles.
    bytes = Array(bytes[..<at]) + bytes[from...]
    if bytes.count > 2 * original.count + 4096 { bytes.removeLast(bytes.count - original.count) }
  }
}
