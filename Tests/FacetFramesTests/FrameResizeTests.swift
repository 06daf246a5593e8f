import FacetFiles
import FacetFormat
import FacetTestSupport
import Testing

@testable import FacetFrames

@Suite struct FrameResizeTests {
  @Test(
    "Pillow's BILINEAR is met within one level, enlarging and shrinking each axis",
    arguments: [
      (4, 3, ResizeCases.to4x3), (17, 5, ResizeCases.to17x5), (5, 13, ResizeCases.to5x13), (11, 3, ResizeCases.to11x3),
    ])
  func pillow(width: Int, height: Int, expected: [UInt8]) {
    let result = resize(ResizeCases.source, 11, 7, to: width, height)
    #expect(result.status == .done)
    #expect(greatestDifference(result.bytes, expected) <= 1)
  }

  @Test("The definition in double precision is met within one level at random sizes")
  func definition() {
    let seed: UInt64 = 31
    var generator = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let (w, h) = (Int.random(in: 1...70, using: &generator), Int.random(in: 1...70, using: &generator))
      let (dw, dh) = (Int.random(in: 1...40, using: &generator), Int.random(in: 1...40, using: &generator))
      let source = (0..<w * h * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let across = reference(source, rows: h, n: w, m: dw, step: 3, rowLength: w * 3)
      let expected = reference(across, rows: 1, n: h, m: dh, step: dw * 3, rowLength: 0)
      let result = resize(source, w, h, to: dw, dh)
      #expect(greatestDifference(result.bytes, expected) <= 1, "seed \(seed), \(w)x\(h) to \(dw)x\(dh)")
    }
  }

  @Test("A strong reduction of 16384 noisy pixels keeps their mean, and a constant stays constant at any size")
  func mean() {
    var generator = SplitMix64(seed: 3)
    let noise = (0..<16384).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let expected = reference(noise, rows: 1, n: 16384, m: 3, step: 1, rowLength: 0)
    #expect(greatestDifference(resize(noise, 16384, 1, channels: 1, to: 3, 1, color: .gray).bytes, expected) <= 1)
    for (width, height) in [(1, 1), (3, 50), (50, 3), (64, 64)] {
      let bytes = resize([UInt8](repeating: 255, count: 13 * 29 * 3), 13, 29, to: width, height).bytes
      #expect(bytes == [UInt8](repeating: 255, count: width * height * 3))
    }
  }

  @Test("The same size is an exact copy under every rule")
  func identity() {
    for rule in [ResizeRule.stretch, .crop, .letterbox] {
      #expect(resize(ResizeCases.source, 11, 7, to: 11, 7, rule: rule).bytes == ResizeCases.source)
    }
  }

  @Test("Colour orders: swapped, luma by BT.601 integers, gray repeated")
  func colors() {
    let pixels: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
    #expect(resize(pixels, 4, 1, to: 4, 1, color: .bgr).bytes == [0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255])
    #expect(resize(pixels, 4, 1, to: 4, 1, color: .gray).bytes == [77, 149, 29, 255])
    #expect(resize([7, 9], 2, 1, channels: 1, to: 2, 1, color: .gray).bytes == [7, 9])
    #expect(resize([7, 9], 2, 1, channels: 1, to: 2, 1, color: .bgr).bytes == [7, 7, 7, 9, 9, 9])
  }

  @Test("Crop takes the centre in the aspect wanted; letterbox keeps all and fills beside it")
  func rules() throws {
    let row: [UInt8] = [10, 20, 30, 40, 50, 60]
    #expect(resize(row, 6, 1, channels: 1, to: 2, 1, rule: .crop, color: .gray).bytes == [30, 40])
    #expect(resize(row, 1, 6, channels: 1, to: 1, 2, rule: .crop, color: .gray).bytes == [30, 40])
    let boxed = resize([10, 20], 2, 1, channels: 1, to: 2, 3, rule: .letterbox, color: .gray, fill: 99).bytes
    #expect(boxed == [99, 99, 10, 20, 99, 99])
    let sides = resize([10, 20], 1, 2, channels: 1, to: 4, 2, rule: .letterbox, color: .gray, fill: 99).bytes
    #expect(sides == [99, 10, 99, 99, 99, 20, 99, 99])
    let whole = FrameRegion(x: 0, y: 0, width: 1920, height: 1080)
    let geometry = try #require(FrameGeometry(region: whole, width: 64, height: 64, rule: .letterbox))
    #expect(geometry.source == whole)
    #expect(geometry.destination == FrameRegion(x: 0, y: 14, width: 64, height: 36))
    let crop = try #require(FrameGeometry(region: whole, width: 64, height: 64, rule: .crop))
    #expect(crop.source == FrameRegion(x: 420, y: 0, width: 1080, height: 1080))
  }

  @Test("A region reads only its pixels, whatever the row stride")
  func region() {
    // Two rows of three pixels and two bytes of padding.
    let bytes: [UInt8] = [1, 2, 3, 0, 0, 4, 5, 6, 0, 0]
    let region = FrameRegion(x: 1, y: 0, width: 2, height: 2)
    let result = resize(bytes, 3, 2, channels: 1, stride: 5, region: region, to: 2, 2, color: .gray)
    #expect(result.bytes == [2, 3, 5, 6])
  }

  @Test("Sizes, regions, strides and scratch that make no sense are refused by the result")
  func refused() {
    let pixels = [UInt8](repeating: 0, count: 12)
    #expect(resize(pixels, 0, 1, to: 1, 1).status == .badFrame)
    #expect(resize(pixels, 16385, 1, to: 1, 1).status == .badFrame)
    #expect(resize(pixels, 2, 2, channels: 2, to: 1, 1).status == .badFrame)
    #expect(resize(pixels, 2, 2, stride: 5, to: 1, 1).status == .badFrame)
    #expect(resize(pixels, 2, 2, stride: .max, to: 1, 1).status == .badFrame)
    for (x, y, w, h) in [(2, 0, 1, 1), (-1, 0, 1, 1), (0, 0, 3, 1), (0, 0, 0, 1), (1, 1, .max, 1), (.max, 0, 1, 1)] {
      let region = FrameRegion(x: x, y: y, width: w, height: h)
      #expect(resize(pixels, 2, 2, region: region, to: 1, 1).status == .badRegion)
    }
    #expect(resize(pixels, 2, 2, to: 0, 1).status == .badDestination)
    #expect(resize(pixels, 2, 2, to: 16385, 1).status == .badDestination)
    #expect(resize(pixels, 2, 2, to: 1, 1, scratch: 0).status == .scratchTooSmall)
    #expect(resize(pixels, 2, 2, to: 1, 1, scratch: 20).status == .scratchTooSmall)
    let far = FrameRegion(x: .max, y: 0, width: 100, height: 1)
    #expect(FrameGeometry(region: far, width: 1, height: 1, rule: .crop) == nil)
  }

  @Test("The scratch size for the largest frame suffices for every region, rule and destination")
  func scratch() {
    let seed: UInt64 = 12
    var generator = SplitMix64(seed: seed)
    for round in 0..<400 {
      let (w, h) = (Int.random(in: 1...300, using: &generator), Int.random(in: 1...20, using: &generator))
      let (dw, dh) = (Int.random(in: 1...24, using: &generator), Int.random(in: 1...24, using: &generator))
      let (width, height) = round % 2 == 0 ? (w, h) : (h, w)
      var region = FrameRegion(x: 0, y: 0, width: 0, height: 0)
      region.width = Int.random(in: 1...width, using: &generator)
      region.height = Int.random(in: 1...height, using: &generator)
      region.x = Int.random(in: 0...width - region.width, using: &generator)
      region.y = Int.random(in: 0...height - region.height, using: &generator)
      let pixels = [UInt8](repeating: 80, count: width * height * 3)
      for rule in [ResizeRule.stretch, .crop, .letterbox] {
        let result = resize(pixels, width, height, region: region, to: dw, dh, rule: rule, fill: 80)
        #expect(result.status == .done, "seed \(seed), \(region) of \(width)x\(height) to \(dw)x\(dh)")
        #expect(result.bytes.allSatisfy { $0 == 80 })
      }
    }
    #expect(frameResizeScratchSize(maximumWidth: 0, maximumHeight: 1, destinationWidth: 1, destinationHeight: 1) == nil)
    // What a board pays for a full-HD camera and a 64 x 64 network.
    let camera = frameResizeScratchSize(
      maximumWidth: 1920, maximumHeight: 1080, destinationWidth: 64, destinationHeight: 64)
    #expect((camera ?? .max) < 32 << 10)
  }
}

/// Calls `resizeFrame` between guard bytes, and checks that they stand.
private func resize(
  _ pixels: [UInt8], _ width: Int, _ height: Int, channels: Int = 3, stride: Int? = nil, region: FrameRegion? = nil,
  to outWidth: Int, _ outHeight: Int, rule: ResizeRule = .stretch, color: ColorOrder = .rgb, fill: UInt8 = 0,
  scratch scratchSize: Int? = nil
) -> (status: FrameResizeStatus, bytes: [UInt8]) {
  let count = max(0, outWidth) * max(0, outHeight) * color.channels
  var out = [UInt8](repeating: 0xa5, count: count + 32)
  let size =
    scratchSize ?? frameResizeScratchSize(
      maximumWidth: width, maximumHeight: height, destinationWidth: outWidth, destinationHeight: outHeight) ?? 0
  // One byte off any alignment.
  var scratch = [UInt8](repeating: 0xa5, count: size + 33)
  let status = pixels.withUnsafeBufferPointer { pixels in
    out.withUnsafeMutableBufferPointer { out in
      scratch.withUnsafeMutableBytes { scratch in
        resizeFrame(
          FrameSource(
            pixels: pixels.baseAddress!, width: width, height: height, rowStride: stride ?? width * channels,
            channels: channels),
          region: region ?? FrameRegion(x: 0, y: 0, width: width, height: height),
          destination: out.baseAddress! + 16, width: outWidth, height: outHeight, rule: rule, color: color, fill: fill,
          scratch: UnsafeMutableRawBufferPointer(rebasing: scratch[1..<1 + size]))
      }
    }
  }
  #expect(out[..<16].allSatisfy { $0 == 0xa5 } && out[(16 + count)...].allSatisfy { $0 == 0xa5 })
  #expect(scratch[0] == 0xa5 && scratch[(1 + size)...].allSatisfy { $0 == 0xa5 })
  if status != .done { #expect(out.allSatisfy { $0 == 0xa5 }) }
  return (status, Array(out[16..<16 + count]))
}

/// The triangle filter in double precision along one axis of length `n`; neighbours lie `step` bytes apart.
private func reference(_ source: [UInt8], rows: Int, n: Int, m: Int, step: Int, rowLength: Int) -> [UInt8] {
  let scale = Double(n) / Double(m)
  let support = max(scale, 1)
  var out: [UInt8] = []
  for row in 0..<rows {
    for i in 0..<m {
      let center = (Double(i) + 0.5) * scale
      let weights = (0..<n).map { max(0, 1 - abs((Double($0) + 0.5 - center) / support)) }
      let total = weights.reduce(0, +)
      for c in 0..<step {
        let sum = (0..<n).reduce(0.0) { $0 + weights[$1] * Double(source[row * rowLength + $1 * step + c]) }
        out.append(UInt8((sum / total).rounded()))
      }
    }
  }
  return out
}

private func greatestDifference(_ a: [UInt8], _ b: [UInt8]) -> Int {
  a.count == b.count ? zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0 : .max
}

/// Noise and what Pillow 13 makes of it with `Image.resize(size, Image.BILINEAR)`.
private enum ResizeCases {
  /// 11 x 7 RGB noise.
  static let source: [UInt8] = [
    124, 147, 17, 248, 94, 4, 41, 177, 159, 126, 192, 225, 86, 246, 90, 51, 34, 231, 145, 184, 128, 238, 153, 94,
    63, 13, 48, 125, 47, 186, 244, 0, 105, 58, 23, 158, 13, 2, 126, 212, 229, 139, 231, 169, 235, 194, 138, 39,
    29, 67, 167, 136, 85, 99, 129, 68, 235, 102, 3, 247, 178, 114, 93, 225, 31, 230, 172, 47, 136, 166, 129, 130,
    134, 151, 147, 240, 170, 214, 222, 216, 17, 110, 58, 181, 22, 129, 196, 163, 116, 254, 199, 10, 104, 179, 228, 189,
    201, 43, 56, 121, 135, 65, 108, 23, 236, 144, 150, 62, 199, 102, 136, 138, 180, 184, 14, 186, 124, 92, 253, 129,
    18, 27, 234, 156, 238, 24, 16, 223, 213, 22, 159, 175, 38, 205, 123, 92, 48, 200, 171, 164, 77, 151, 34, 153,
    232, 199, 180, 27, 154, 29, 43, 15, 24, 6, 0, 169, 116, 214, 59, 99, 50, 32, 44, 153, 142, 130, 178, 82,
    44, 73, 196, 57, 76, 125, 115, 38, 91, 106, 175, 97, 178, 136, 251, 208, 174, 207, 167, 102, 97, 98, 35, 97,
    30, 118, 76, 147, 170, 56, 143, 250, 189, 10, 106, 100, 18, 178, 9, 151, 30, 45, 130, 112, 118, 247, 228, 154,
    184, 250, 25, 114, 113, 190, 83, 163, 68, 43, 18, 140, 218, 215, 43,
  ]
  static let to4x3: [UInt8] = [
    130, 107, 117, 144, 158, 146, 123, 95, 157, 167, 63, 151, 126, 103, 141, 149, 146, 133, 84, 123, 142, 100, 142, 132,
    77, 124, 125, 133, 121, 114, 138, 135, 124, 95, 113, 86,
  ]
  static let to17x5: [UInt8] = [
    102, 106, 64, 134, 86, 55, 162, 78, 58, 115, 163, 127, 124, 190, 183, 159, 186, 219, 133, 202, 119, 94, 152, 121,
    44, 45, 210, 107, 114, 150, 160, 143, 125, 198, 127, 140, 128, 57, 125, 92, 24, 124, 135, 62, 150, 193, 38, 151,
    238, 10, 147, 121, 36, 146, 110, 53, 138, 106, 86, 130, 152, 159, 139, 197, 179, 176, 234, 171, 211, 218, 178, 85,
    162, 139, 79, 74, 62, 175, 73, 92, 161, 95, 105, 180, 144, 96, 241, 153, 43, 200, 161, 47, 163, 176, 157, 149,
    196, 103, 139, 212, 38, 133, 115, 132, 88, 115, 92, 145, 120, 59, 195, 140, 128, 111, 168, 132, 110, 196, 107, 153,
    178, 164, 153, 122, 178, 140, 34, 157, 117, 57, 176, 120, 62, 143, 153, 44, 47, 220, 110, 129, 120, 134, 192, 76,
    72, 192, 161, 60, 163, 161, 59, 137, 147, 79, 193, 105, 75, 130, 149, 77, 67, 186, 108, 109, 122, 126, 88, 109,
    137, 45, 126, 164, 143, 138, 147, 173, 138, 94, 146, 128, 108, 107, 113, 105, 74, 114, 80, 47, 135, 96, 97, 101,
    99, 121, 70, 73, 86, 55, 80, 123, 80, 90, 161, 104, 139, 226, 153, 83, 164, 143, 22, 101, 122, 29, 132, 68,
    75, 98, 53, 138, 39, 63, 127, 104, 96, 158, 156, 137, 224, 197, 186, 203, 215, 121, 174, 191, 107, 136, 116, 155,
    106, 115, 111, 76, 104, 88, 45, 59, 114, 121, 130, 81, 194, 200, 47,
  ]
  static let to5x13: [UInt8] = [
    161, 130, 38, 103, 191, 159, 92, 132, 167, 158, 110, 95, 159, 23, 129, 132, 106, 70, 133, 183, 158, 96, 120, 154,
    148, 93, 127, 166, 35, 143, 82, 65, 125, 185, 170, 157, 104, 98, 131, 132, 64, 182, 178, 55, 168, 104, 72, 139,
    200, 168, 153, 113, 103, 134, 134, 72, 196, 185, 82, 155, 155, 98, 136, 199, 171, 147, 122, 118, 147, 144, 94, 193,
    190, 112, 126, 143, 96, 137, 182, 150, 140, 99, 153, 147, 112, 122, 173, 124, 155, 141, 120, 90, 138, 163, 126, 133,
    70, 191, 144, 74, 152, 149, 45, 201, 163, 102, 112, 143, 166, 116, 137, 78, 153, 107, 63, 108, 120, 64, 157, 118,
    85, 129, 146, 163, 105, 138, 90, 122, 84, 61, 72, 97, 82, 120, 78, 82, 120, 142, 120, 91, 122, 134, 138, 146,
    109, 88, 109, 85, 121, 75, 76, 123, 136, 91, 83, 102, 170, 156, 179, 139, 107, 118, 92, 122, 75, 67, 156, 124,
    94, 92, 72, 186, 179, 136, 123, 133, 117, 108, 121, 84, 62, 175, 117, 96, 97, 54, 195, 193, 111, 114, 148, 116,
    117, 121, 89,
  ]
  static let to11x3: [UInt8] = [
    106, 72, 103, 130, 62, 83, 134, 194, 148, 195, 177, 227, 161, 193, 53, 54, 53, 193, 115, 130, 130, 175, 109, 189,
    109, 8, 145, 159, 114, 147, 227, 22, 148, 110, 127, 102, 109, 56, 194, 147, 154, 94, 194, 102, 162, 181, 190, 130,
    50, 138, 125, 73, 153, 123, 65, 48, 215, 150, 153, 68, 84, 171, 150, 89, 123, 135, 115, 210, 129, 42, 79, 163,
    67, 131, 73, 136, 34, 88, 142, 158, 122, 170, 173, 169, 164, 167, 103, 114, 84, 146, 96, 119, 79, 49, 68, 89,
    150, 182, 70,
  ]
}
