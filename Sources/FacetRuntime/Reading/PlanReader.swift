import FacetFormat

/// Arenas are at most this large, so that every offset fits 31 bits with the over-read added.
let maximumArena: UInt64 = (1 << 31) - 4096

/// Reads and checks the memory plans. Storages may overlap (that is what a plan is for): a wrong plan gives wrong scores, but
/// nothing outside the arena is touched.
func readPlans(_ view: ByteView, _ table: SectionTable, fragments: [Fragment], allAttributes: AttributeSet) throws(BundleError)
  -> [PlanRecord]
{
  let count = try table.count(.plan)
  guard count >= 1 else { throw BundleError(.sectionMissing) }
  var plans: [PlanRecord] = []
  for number in 0..<count {
    let section = try table.require(.plan, number)
    let bad = BundleError(.badPlan, section: section, item: number)
    guard let plan = PlanRecord(table.content(section, of: view)), plan.arenaBytes <= maximumArena else { throw bad }
    guard !plan.attributes.isEmpty, plan.attributes.isSubset(of: allAttributes), number > 0 || plan.attributes == allAttributes,
      isPrintable(plan.name.bytes, maximum: 255, mayBeEmpty: true)
    else { throw bad }
    for other in plans where plan.name.bytes.count > 0 && equal(other.name.bytes, plan.name.bytes) { throw bad }
    var storage: Int64 = 0
    for index in fragments.indices {
      for size in fragments[index].storages {
        guard let offset = plan.offset(storage) else { throw bad }
        storage += 1
        if offset == PlanRecord.unused {
          guard fragments[index].attributes.isDisjoint(with: plan.attributes) else { throw bad }
          continue
        }
        guard offset % 64 == 0, offset <= plan.arenaBytes, UInt64(size) <= plan.arenaBytes - offset else {
          throw BundleError(.storageOutsideArena, section: section, fragment: index, item: number)
        }
      }
    }
    guard storage == Int64(plan.storageCount) else { throw bad }
    plans.append(plan)
  }
  return plans
}

/// The self-test, where there is one: its samples must be inputs of this bundle, or tiles of such.
func readSelfTest(_ view: ByteView, _ table: SectionTable, input: InputRecord) throws(BundleError) -> SelfTestRecord? {
  guard try table.count(.selfTest, limit: 1) == 1 else { return nil }
  let section = try table.require(.selfTest)
  let bad = BundleError(.badSelfTest, section: section)
  guard let record = SelfTestRecord(table.content(section, of: view)) else { throw bad }
  if record.sampleCount == 0 { return record }
  // At most 2^28.
  var bytes = input.channels &* input.height &* input.width
  if record.isTile {
    let tile = record.tile
    // Each side at least 1: one less than 0 is the largest number.
    guard table.header.version >= 2, tile.channels &- 1 < input.channels, tile.height &- 1 < input.height, tile.width &- 1 < input.width,
      (tile.zero * tile.scale).isFinite
    else { throw bad }
    bytes = tile.channels &* tile.height &* tile.width
  } else if record.kind == SelfTestRecord.numbers {
    bytes &*= 4
  }
  guard record.sampleBytes == bytes, record.kind <= SelfTestRecord.numberTile, input.isImage || record.isOfNumbers else { throw bad }
  return record
}
