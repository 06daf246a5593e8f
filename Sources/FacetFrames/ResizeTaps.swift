// The filter is the separable triangle of Pillow's `Image.resize(BILINEAR)`: bilinear when enlarging, and widened by
// the ratio when shrinking, so that every source pixel counts. Rows first, rounded to 8 bits, then columns. For a row
// of n pixels made m pixels wide, source pixel x has in output pixel i the weight
//     max(0, 2·max(n, m) − |(2x+1)·m − (2i+1)·n|)
// an exact integer. Weights are quantised to 1/16384 by rounding their running sum: each is within one unit of its
// exact value, their sum is exactly 16384, and errors do not add up over the many taps of a strong reduction.

/// The most source pixels that count in one of `m` output pixels made from `n`.
func tapCount(_ n: Int, _ m: Int) -> Int { n == m ? 1 : (2 * max(n, m) + m - 1) / m }

/// Weights of output pixel `i` of `m` over a row of `n` pixels, in 1/16384: from which pixel on, and how many.
func makeTaps(_ i: Int, _ n: Int, _ m: Int, _ weights: UnsafeMutablePointer<Int16>) -> (
  first: Int, count: Int
) {
  // In units of half an output pixel of the source; all below 2^31, sums of weights below 2^47.
  let step = Int64(m)
  let support = 2 * Int64(max(n, m))
  let center = Int64(2 * i + 1) * Int64(n)
  let low = center - support
  let first = low < 0 ? 0 : Int((low / step + 1) / 2)
  let last = min(n - 1, Int(((center + support - 1) / step - 1) / 2))
  var total: Int64 = 0
  for x in first...last {
    let distance = Int64(2 * x + 1) * step - center
    total += support - (distance < 0 ? -distance : distance)
  }
  var sum: Int64 = 0
  var before: Int64 = 0
  for x in first...last {
    let distance = Int64(2 * x + 1) * step - center
    sum += support - (distance < 0 ? -distance : distance)
    let upTo = (sum * 16384 + total / 2) / total
    weights[x - first] = Int16(truncatingIfNeeded: upTo - before)
    before = upTo
  }
  return (first, last - first + 1)
}

/// One row of `columns` pixels from a row of the source.
func narrow(
  _ pixels: UnsafePointer<UInt8>, _ channels: Int, _ starts: UnsafePointer<Int32>,
  _ weights: UnsafePointer<Int16>,
  _ stride: Int, _ line: UnsafeMutablePointer<UInt8>, _ columns: Int
) {
  for column in 0..<columns {
    let from = pixels + Int(starts[2 &* column]) &* channels
    let taps = weights + column &* stride
    let count = Int(starts[2 &* column &+ 1])
    var a: Int32 = 8192
    if channels == 1 {
      for tap in 0..<count { a &+= Int32(taps[tap]) &* Int32(from[tap]) }
      line[column] = UInt8(truncatingIfNeeded: a >> 14)
      continue
    }
    var b = a
    var c = a
    for tap in 0..<count {
      let weight = Int32(taps[tap])
      a &+= weight &* Int32(from[3 &* tap])
      b &+= weight &* Int32(from[3 &* tap &+ 1])
      c &+= weight &* Int32(from[3 &* tap &+ 2])
    }
    line[3 &* column] = UInt8(truncatingIfNeeded: a >> 14)
    line[3 &* column &+ 1] = UInt8(truncatingIfNeeded: b >> 14)
    line[3 &* column &+ 2] = UInt8(truncatingIfNeeded: c >> 14)
  }
}
