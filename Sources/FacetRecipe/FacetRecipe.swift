// FacetRecipe: what a user says of a model beside its file: input, attributes, gates, profiles, budgets.
//
// Model/ holds the values, Gates/ and Parsing/ read them from JSON with all faults at once, Interface/ turns them into what a bundle says.
