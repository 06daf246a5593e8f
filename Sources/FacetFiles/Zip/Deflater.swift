import CZlib

/// Bytes as raw deflate data (RFC 1951) through zlib; nil where zlib has no memory.
package func deflated(_ bytes: [UInt8]) -> [UInt8]? {
  // zlib keeps the address of its state.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  guard
    deflateInit2_(stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { return nil }
  defer { deflateEnd(stream) }
  var result: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  var status = Z_OK
  bytes.withUnsafeBytes { input in
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    while status == Z_OK {
      piece.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        status = deflate(stream, Z_FINISH)
      }
      result += piece[..<(piece.count - Int(stream.pointee.avail_out))]
    }
  }
  return status == Z_STREAM_END ? result : nil
}
