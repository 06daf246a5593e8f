import FacetFormat
import FacetPlatform

extension Bundle {
  /// Samples of the self-test: 0 where the bundle has none, or a float32 program, whose bits may differ between instruction sets.
  public var selfTestCount: Int { selfTest.map { Int($0.sampleCount) } ?? 0 }
}

extension Session {
  /// Runs sample `index` of the bundle's self-test: whether the scores have the stated hash. Replaces the input.
  public func passesSelfTest(_ index: Int) throws(SessionError) -> Bool {
    guard let test = bundle.selfTest, let sample = test.sample(Int64(index)) else { throw .noSelfTest }
    try setSelfTestInput(test, sample.bytes.bytes)
    try evaluate(attributes: bundle.allAttributes, ignoringGates: true)
    return scoresHash() == sample.hash
  }

  /// Sets the input that `bytes` stand for: a sample of a record that fits this bundle (`readSelfTest`).
  package func setSelfTestInput(_ test: SelfTestRecord, _ bytes: UnsafeRawBufferPointer) throws(SessionError) {
    let (input, tile) = (bundle.input, test.tile)
    // At most 2^28.
    let count = input.channels &* input.height &* input.width
    guard let source = bytes.baseAddress, let memory = facet_memory_allocate(Int(count) &* 4) else { throw .outOfMemory }
    defer { facet_memory_free(memory) }
    if test.isTile {
      for element in 0..<count {
        let (pixel, c) = element.quotientAndRemainder(dividingBy: input.channels)
        let (y, x) = pixel.quotientAndRemainder(dividingBy: input.width)
        let place = (y % tile.height &* tile.width &+ x % tile.width) &* tile.channels &+ c % tile.channels
        let code = source.load(fromByteOffset: Int(place), as: UInt8.self)
        if test.isOfNumbers {
          let number = (Float(code) - tile.zero) * tile.scale
          memory.storeBytes(of: number, toByteOffset: Int((c &* input.height &+ y) &* input.width &+ x) &* 4, as: Float.self)
        } else {
          memory.storeBytes(of: code, toByteOffset: Int(element), as: UInt8.self)
        }
      }
    } else {
      // Copied: in the file the numbers have no alignment.
      memory.copyMemory(from: source, byteCount: bytes.count)
    }
    if test.isOfNumbers {
      try setTensor(UnsafeBufferPointer(start: memory.assumingMemoryBound(to: Float.self), count: Int(count)))
    } else {
      try setPixels(UnsafeRawBufferPointer(start: memory, count: Int(count)))
    }
  }

  /// SHA-256 of the scores of all attributes in order, float32 little-endian: what a self-test states. Attributes that have not been
  /// evaluated contribute nothing.
  public func scoresHash() -> SHA256.Digest {
    var hasher = SHA256()
    for attribute in bundle.attributes.indices { hasher.update(UnsafeRawBufferPointer(scores(attribute: attribute))) }
    return hasher.finish()
  }
}
