import FacetDiagnostics
import FacetFiles
import FacetFormat

/// Applies a delta, whose bytes are not trusted: any give a result with the hash that the delta states, or an error.
///
/// Memory: the parent, the delta and the result, which is at most as large as the parent and the delta's steps; these are at most some
/// 1,030 times the delta (what deflate can do).
///
/// - Parameters:
///   - names: what the two are called, for messages.
/// - Throws: also where the parent is not the one that the delta was made for.
package func applyDelta(_ delta: [UInt8], to parent: [UInt8], names: (delta: String, parent: String)) throws(FacetError) -> [UInt8] {
  let header = try delta.withHeader(names.delta)
  guard header.parentSize == UInt64(parent.count), parent.withUnsafeBytes({ SHA256.hash($0) }) == header.parentHash else {
    let wanted = String(decoding: header.parentHash.hexadecimal.prefix(16), as: UTF8.self)
    let found = String(decoding: parent.withUnsafeBytes { SHA256.hash($0) }.hexadecimal.prefix(16), as: UTF8.self)
    throw FacetError(
      code: .deltaParent, file: names.delta,
      message: "was made for another file than '\(names.parent)': SHA-256 \(wanted)…, not \(found)…",
      remedy: "Apply it to the bundle that it was made from, or make a delta from the one that is there.")
  }
  guard header.stepSize <= UInt64(DeltaFormat.maximumBytes), header.resultSize <= UInt64(DeltaFormat.maximumBytes),
    header.resultSize <= header.parentSize + header.stepSize
  else { throw DeltaHeader.damaged(names.delta) }
  let steps = try delta.steps(header, names.delta)
  guard let result = apply(steps, parent, size: Int(header.resultSize)),
    result.withUnsafeBytes({ SHA256.hash($0) }) == header.resultHash
  else { throw DeltaHeader.damaged(names.delta) }
  return result
}

/// What a delta says of its parent and its result.
package func deltaHeader(_ delta: [UInt8], name: String) throws(FacetError) -> DeltaHeader { try delta.withHeader(name) }

/// Nil where the steps are not of the format, or do not give `size` bytes.
private func apply(_ steps: [UInt8], _ parent: [UInt8], size: Int) -> [UInt8]? {
  var result: [UInt8] = []
  var at = 0
  var parentEnd = 0
  func number() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard at < steps.count else { return nil }
      let byte = steps[at]
      at += 1
      guard shift < 63 || byte < 2 else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
  while at < steps.count {
    guard let step = number(), step >> 1 > 0, step >> 1 <= UInt64(size - result.count) else { return nil }
    let length = Int(step >> 1)
    if step & 1 == 1 {
      guard length <= steps.count - at else { return nil }
      result += steps[at..<at + length]
      at += length
      parentEnd += length
      continue
    }
    guard let code = number() else { return nil }
    let distance = Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
    let (from, overflow) = Int64(parentEnd).addingReportingOverflow(distance)
    guard !overflow, from >= 0, from <= Int64(parent.count), length <= parent.count - Int(from) else { return nil }
    result += parent[Int(from)..<Int(from) + length]
    parentEnd = Int(from) + length
  }
  return result.count == size ? result : nil
}

extension [UInt8] {
  fileprivate func withHeader(_ name: String) throws(FacetError) -> DeltaHeader {
    try withUnsafeBytes { bytes in Result { () throws(FacetError) in try DeltaHeader(ByteView(bytes), file: name) } }.get()
  }

  /// Inflated where they are packed; memory is taken as it is filled.
  fileprivate func steps(_ header: DeltaHeader, _ name: String) throws(FacetError) -> [UInt8] {
    let body = self[Int(DeltaFormat.headerSize)...]
    guard header.compression == DeltaFormat.deflated else {
      guard UInt64(body.count) == header.stepSize else { throw DeltaHeader.damaged(name) }
      return [UInt8](body)
    }
    let size = Int(header.stepSize)
    let inflater = Inflater()
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var used = 0
    while true {
      let (taken, made, status) = body.withUnsafeBytes { input in
        piece.withUnsafeMutableBytes { inflater.run(UnsafeRawBufferPointer(rebasing: input[used...]), $0) }
      }
      used += taken
      guard result.count + made <= size else { throw DeltaHeader.damaged(name) }
      result += piece[..<made]
      switch status {
      case .ended:
        guard used == body.count, result.count == size else { throw DeltaHeader.damaged(name) }
        return result
      case .filled: continue
      case .needsInput, .failed: throw DeltaHeader.damaged(name)
      }
    }
  }
}
