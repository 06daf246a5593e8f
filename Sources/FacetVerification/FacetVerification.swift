// FacetVerification: int8 compared with float on a user's data, per attribute and per subgroup, with intervals and budgets.
