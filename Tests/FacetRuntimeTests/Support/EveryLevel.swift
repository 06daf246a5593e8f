import FacetKernels

/// The kernel levels of this CPU.
let everyLevel: [facet_isa] = {
  var levels: [facet_isa] = []
  while facet_level_name(facet_isa(UInt32(levels.count))) != nil { levels.append(facet_isa(UInt32(levels.count))) }
  return levels.filter { facet_level_of($0).name != nil }
}()
