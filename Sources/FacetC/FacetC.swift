// swift-format-ignore-file: AlwaysUseLowerCamelCase

// FacetC: the engine's C interface, `facet.h`, over FacetRuntime. Each function only converts arguments and results.
import CFacet
import FacetFormat

@c @implementation public func facet_version() -> UnsafePointer<CChar>? { characters(FacetVersion.text) }

@c @implementation public func facet_format_version() -> Int32 { Int32(BundleFormat.newestVersion) }
