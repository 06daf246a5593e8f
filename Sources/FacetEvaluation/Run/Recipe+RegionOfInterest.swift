import FacetData
import FacetRecipe

extension Recipe {

  package var regionOfInterest: RegionOfInterest { RegionOfInterest(columns: input?.roi) }
}
