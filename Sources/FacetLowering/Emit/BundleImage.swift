import FacetFormat

/// A bundle's bytes in aligned memory of their own: what an engine in this process opens in place.
package final class BundleImage {
  let memory: UnsafeMutableRawBufferPointer

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

  init(byteCount: Int) { memory = .allocate(byteCount: byteCount, alignment: Int(BundleFormat.alignment)) }

  deinit { memory.deallocate() }
}
