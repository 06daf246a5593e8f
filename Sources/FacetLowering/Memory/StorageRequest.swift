import FacetFormat

/// A piece of arena that tensors of one fragment need, and when.
package struct StorageRequest: Sendable, Equatable {
  /// Bytes; at least 1.
  package var size: Int
  package var fragment: Int
  /// Index of the instruction that first writes it; -1 for the input, written before the fragment runs.
  package var firstUse: Int
  /// Index of the last instruction of its fragment that touches it.
  package var lastUse: Int
  /// Read by other fragments or by the caller: it stays from its first use until the next input.
  package var isPersistent: Bool
  /// Bit i: the result of attribute i lies in it.
  package var results: AttributeSet
  /// The other fragments that read it, each with the index of its last instruction that does.
  package var readers: [Int: Int]

  package init(
    size: Int, fragment: Int, firstUse: Int, lastUse: Int, isPersistent: Bool, results: AttributeSet = [], readers: [Int: Int] = [:]
  ) {
    self.size = size
    self.fragment = fragment
    self.firstUse = firstUse
    self.lastUse = lastUse
    self.isPersistent = isPersistent
    self.results = results
    self.readers = readers
  }
}

/// Which fragments have always run before which: `ancestors[f]` are the fragments that f needs, directly or not.
package struct FragmentOrder: Sendable, Equatable {
  package var ancestors: [Set<Int>]
  package init(ancestors: [Set<Int>]) { self.ancestors = ancestors }
  /// One fragment alone.
  package static let single = FragmentOrder(ancestors: [[]])
}

extension StorageRequest {
  /// Whether the two may be in use at one time in some order of evaluating the fragments (each after its ancestors, each once).
  package func conflicts(with other: StorageRequest, _ order: FragmentOrder) -> Bool {
    if fragment == other.fragment {
      let end = isPersistent ? Int.max : lastUse
      let otherEnd = other.isPersistent ? Int.max : other.lastUse
      return firstUse <= otherEnd && other.firstUse <= end
    }
    switch (isPersistent, other.isPersistent) {
    case (false, false): return false
    case (true, true): return true
    // The temporary one is over before the persistent one begins only if its fragment always runs first.
    case (true, false): return !order.ancestors[fragment].contains(other.fragment)
    case (false, true): return !order.ancestors[other.fragment].contains(fragment)
    }
  }
}
