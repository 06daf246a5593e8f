import CZlib

/// Raw deflate data (RFC 1951) to bytes, a piece at a time, through zlib.
package final class Inflater {
  package enum Status {
    /// The output is full.
    case filled
    /// All input was used; more is needed.
    case needsInput
    /// The compressed data ended.
    case ended
    /// It is no deflate data, or zlib has no memory.
    case failed
  }

  // zlib keeps the address of its state.
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool

  package init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    isReady = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deallocate()
  }

  /// Takes from `input` and gives to `output`, both at most 2^31 bytes.
  ///
  /// - Returns: how many bytes of each, and why it stopped.
  package func run(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> (used: Int, made: Int, status: Status) {
    guard isReady else { return (0, 0, .failed) }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(output.count)
    let result = inflate(stream, Z_NO_FLUSH)
    let used = input.count - Int(stream.pointee.avail_in)
    let made = output.count - Int(stream.pointee.avail_out)
    switch result {
    case Z_STREAM_END: return (used, made, .ended)
    case Z_OK, Z_BUF_ERROR: return (used, made, made == output.count ? .filled : .needsInput)
    default: return (used, made, .failed)
    }
  }
}

/// CRC-32 of ISO 3309, as zip files store it, continued from `crc`; 0 to begin.
func checksum(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(UInt(crc), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}
