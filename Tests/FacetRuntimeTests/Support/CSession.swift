import CFacet
import FacetC
import FacetRuntime
import Testing

/// A bundle and a session on its first plan, of one thread, as callers from C hold them; all is freed with it.
final class CSession {
  let bundle: OpaquePointer
  let session: OpaquePointer
  private let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    var error = facet_error()
    var opened: (bundle: OpaquePointer, session: OpaquePointer)?
    if let bundle = facet_bundle_open(memory.baseAddress, memory.count, &error) {
      if let session = facet_session_create(bundle, 0, 1, FACET_ANY_ISA, nil, 0, &error) {
        opened = (bundle, session)
      } else {
        facet_bundle_close(bundle)
      }
    }
    if opened == nil { memory.deallocate() }
    (bundle, session) = try #require(opened, "error \(error.code) of domain \(error.domain)")
    self.memory = memory
  }

  deinit {
    facet_session_destroy(session)
    facet_bundle_close(bundle)
    memory.deallocate()
  }
}
