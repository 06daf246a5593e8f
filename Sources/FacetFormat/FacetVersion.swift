/// The version of Facet, in this one place: of the engine, of the compiler and in every bundle's provenance.
public enum FacetVersion {
  public static let text: StaticString = "0.1.0"
}
