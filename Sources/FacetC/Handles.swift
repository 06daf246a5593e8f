import FacetRuntime

extension OpaquePointer? {
  /// The bundle behind a handle that `facet_bundle_open` gave.
  var bundle: Bundle? {
    guard let self else { return nil }
    return Unmanaged<Bundle>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
  }
}

extension OpaquePointer? {
  /// The session behind a handle that `facet_session_create` gave.
  var session: Session? {
    guard let self else { return nil }
    return Unmanaged<Session>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
  }
}
