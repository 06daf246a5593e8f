import FacetFormat

/// The forks section, where there is one: each names a tensor that a fragment computes itself.
func readForks(_ view: ByteView, _ table: SectionTable, _ fragments: [Fragment]) throws(BundleError) -> [ForkRecord] {
  var forks: [ForkRecord] = []
  guard try table.count(.forks, limit: 1) == 1 else { return forks }
  let section = try table.require(.forks)
  var reader = ByteReader(table.content(section, of: view))
  let count = reader.u32()
  guard count <= ForkRecord.maximumCount else { throw BundleError(.badFork, section: section) }
  for index in 0..<Int(count) {
    guard let fork = ForkRecord(reading: &reader), fork.fragment < UInt32(fragments.count) else {
      throw BundleError(.badFork, section: section, item: index)
    }
    let header = fragments[Int(fork.fragment)].header
    guard fork.tensor >= header.importCount, fork.tensor < header.tensorCount else {
      throw BundleError(.badFork, section: section, item: index)
    }
    guard isPrintable(fork.name.bytes, maximum: ForkRecord.maximumNameBytes, mayBeEmpty: false) else {
      throw BundleError(.badName, section: section, item: index)
    }
    for other in forks where equal(other.name.bytes, fork.name.bytes) { throw BundleError(.badFork, section: section, item: index) }
    forks.append(fork)
  }
  guard !reader.failed else { throw BundleError(.badFork, section: section) }
  return forks
}

extension Bundle {
  public var forkCount: Int { forks.count }

  /// Number of the fork of this name (UTF-8), or nil.
  public func fork(named name: UnsafeRawBufferPointer) -> Int? {
    for index in forks.indices where equal(forks[index].name.bytes, name) { return index }
    return nil
  }

  /// The tensor of a fork; nil where there is no such fork.
  package func forkTensor(_ index: Int) -> TensorRecord? {
    guard index >= 0, index < forks.count else { return nil }
    return fragments[Int(forks[index].fragment)].tensors[Int(forks[index].tensor)]
  }
}
