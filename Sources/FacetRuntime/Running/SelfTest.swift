import FacetFormat

extension Bundle {
  /// Samples of the self-test: 0 where the bundle has none, or a float32 program, whose bits may differ between instruction sets.
  public var selfTestCount: Int { selfTest.map { Int($0.sampleCount) } ?? 0 }
}

extension Session {
  /// Runs sample `index` of the bundle's self-test: whether the scores have the stated hash. Replaces the input.
  public func passesSelfTest(_ index: Int) throws(SessionError) -> Bool {
    guard let test = bundle.selfTest, let sample = test.sample(Int64(index)) else { throw .noSelfTest }
    if test.kind == 0 {
      try setPixels(sample.bytes.bytes)
    } else {
      // In the file the numbers have no alignment.
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: sample.bytes.bytes.count / 4)
      defer { values.deallocate() }
      for i in values.indices { values[i] = sample.bytes.f32(Int64(i) * 4) ?? 0 }
      try setTensor(UnsafeBufferPointer(values))
    }
    try evaluate(attributes: bundle.allAttributes, ignoringGates: true)
    return scoresHash() == sample.hash
  }

  /// SHA-256 of the scores of all attributes in order, float32 little-endian: what a self-test states. Attributes that have not been
  /// evaluated contribute nothing.
  public func scoresHash() -> SHA256.Digest {
    var hasher = SHA256()
    for attribute in bundle.attributes.indices { hasher.update(UnsafeRawBufferPointer(scores(attribute: attribute))) }
    return hasher.finish()
  }
}
