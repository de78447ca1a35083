import { type Primitives, SdJwtError } from '@symbolon/sd-jwt'
import { type CredentialCode, CredentialError } from '../errors.ts'
import { type Check, type Evidence, type Part, partKey } from '../model.ts'
import { judgeStatusList, type RightList } from '../status/index.ts'
import { asItself } from '../trust/as_itself.ts'
import type { Anchors, TrustContext, TrustMechanism } from '../trust/index.ts'
import { type Bundle, checkBundle, openBundle, readBundleDocument, typesOf } from './bundle.ts'
import { type Entry, entryOf, type Manifest, type Source } from './manifest.ts'
import { checkMemory, type Memory, sourcesOf } from './memory.ts'

/** A bundle to be merged, and what whoever merges calls it. */
export interface MergeInput {
  readonly name: string
  readonly text: string
}

/** Who merges, and by what the bundles are judged; `now` in seconds since 1970. */
export interface Merging {
  readonly issuer: string
  readonly anchors: Anchors
  readonly memory: Memory
  readonly now: number
  readonly primitives: Primitives
  /** What whoever merges adds of its own. */
  readonly own?: readonly Part[]
}

/** Why bundles are not merged: which of them, and the rule that stands in the way. */
export interface MergeFault {
  readonly names: readonly string[]
  readonly code: CredentialCode
  readonly facts: Check['facts']
}

/** What is left to be signed, the contents by their digest, and the lines that nobody may speak for who brought them. */
export interface Merged {
  readonly manifest: Manifest
  readonly parts: ReadonlyMap<string, string>
  readonly leftOut: readonly { readonly name: string; readonly entry: Entry }[]
}

interface Opened {
  readonly name: string
  readonly bundle: Bundle
  readonly parts: ReadonlyMap<string, string>
}

/** A line, where it came from, and the types that it may be used for; undefined for all. */
interface Line {
  readonly name: string
  readonly entry: Entry
  readonly content: string
  readonly types: readonly string[] | undefined
}

/**
 * Makes one bundle of several (specs/bundle.md, Merging); all faults at once, and then nothing else.
 *
 * Only what the trust file stands behind goes in, and each part only for the types that those who brought it may speak of: merging gives nobody
 * more to say. The merged one ends with the first that ends, and names what went into it and of when, so that nothing looks younger than it is.
 */
export async function mergeBundles(inputs: readonly MergeInput[], merging: Merging): Promise<Merged | { faults: readonly MergeFault[] }> {
  const faults: MergeFault[] = []
  const opened: Opened[] = []
  for (const input of inputs) {
    const found = await open(input, merging)
    if ('code' in found) faults.push(found)
    else opened.push(found)
  }
  const sources = allSources(opened, merging.issuer, faults)
  const leftOut: Merged['leftOut'][number][] = []
  const lines = new Map<string, Line>()
  const own = await Promise.all((merging.own ?? []).map(async (part) => ownLine(part, merging)))
  const spoken: Line[] = []
  for (const line of [...own, ...opened.flatMap(linesOf)]) {
    if (maySpeak(line)) spoken.push(line)
    else leftOut.push({ name: line.name, entry: line.entry })
  }
  for (const line of spoken) {
    const key = partKey(line.entry)
    const before = lines.get(key)
    const chosen = before === undefined ? line : await either(before, line, spoken, merging)
    if ('code' in chosen) faults.push(chosen)
    else lines.set(key, chosen)
  }
  if (faults.length > 0) return { faults }
  const chosen = [...lines.values()]
  const manifest: Manifest = {
    issuer: merging.issuer,
    // A clock among them that is a little ahead must not make what went in younger than the whole.
    created: Math.max(merging.now, ...sources.map(({ created }) => created)),
    validUntil: Math.min(...opened.map(({ bundle }) => bundle.manifest.validUntil)),
    nextUpdate: Math.min(...opened.map(({ bundle }) => bundle.manifest.nextUpdate)),
    sources,
    entries: chosen.map(({ entry: { types: _, ...entry }, types }) => ({ ...entry, ...(types && { types }) })),
  }
  return { manifest, parts: new Map(chosen.map(({ entry, content }) => [entry.digest, content])), leftOut }
}

async function open({ name, text }: MergeInput, { anchors, memory, now, primitives }: Merging): Promise<Opened | MergeFault> {
  let bundle: Bundle
  try {
    bundle = await openBundle(text, { anchors, primitives, now })
  } catch (error) {
    if (error instanceof CredentialError) return { names: [name], code: error.code, facts: { detail: error.message } }
    if (error instanceof SdJwtError) return { names: [name], code: 'bundle_malformed', facts: { detail: error.message } }
    throw error
  }
  const bad = [checkBundle(bundle, now), checkMemory(bundle.manifest, memory, now)].find(({ outcome }) => outcome !== 'pass')
  if (bad !== undefined) return { names: [name], code: bad.code as CredentialCode, facts: bad.facts }
  const { parts } = readBundleDocument(text)
  const isWhole = bundle.manifest.entries.every(({ digest }) => parts.has(digest))
  return isWhole ? { name, bundle, parts } : { names: [name], code: 'bundle_incomplete', facts: {} }
}

/** Each issuer once: of two bundles of one issuer the older says what the newer took back. Its own name must be another, for its times go their own way. */
function allSources(opened: readonly Opened[], issuer: string, faults: MergeFault[]): Source[] {
  const known = new Map<string, Source & { readonly name: string }>()
  for (const { name, bundle } of opened) {
    for (const source of sourcesOf(bundle.manifest)) {
      const before = known.get(source.issuer)
      const facts = { issuer: source.issuer }
      if (source.issuer === issuer) faults.push({ names: [name], code: 'bundle_issuer_taken', facts })
      else if (before === undefined) known.set(source.issuer, { ...source, name })
      else if (before.created !== source.created) faults.push({ names: [before.name, name], code: 'bundle_source_repeated', facts })
    }
  }
  return [...known.values()].map(({ issuer, created }) => ({ issuer, created }))
}

const ownLine = async (part: Part, { issuer, primitives }: Merging): Promise<Line> => ({
  ...{ name: issuer, entry: await entryOf(part, primitives) },
  ...{ content: part.content, types: undefined },
})

const linesOf = ({ name, bundle, parts }: Opened): Line[] =>
  bundle.manifest.entries.map((entry) => ({
    ...{ name, entry },
    content: parts.get(entry.digest) ?? '',
    types: typesOf(entry, bundle.anchor),
  }))

/** Whether whoever brought a part may bring it for any type at all; a description of a type is about that type alone. */
const maySpeak = ({ entry, types }: Line): boolean =>
  types === undefined || (types.length > 0 && (entry.kind !== 'type_metadata' || types.includes(entry.id)))

/** Whether who may speak of these types may speak of all of the others. */
const covers = (types: Line['types'], others: Line['types']): boolean =>
  types === undefined || (others?.every((type) => types.includes(type)) ?? false)

/**
 * One line for two, with the content of the first, for the types of both.
 *
 * When something was fetched is the word of whoever brought it: it makes nothing younger for types that are not its to speak of. Then the
 * older of both times counts, and none when one of them says none.
 */
function joined(chosen: Line, other: Line): Line {
  const types = chosen.types && other.types && [...new Set([...chosen.types, ...other.types])]
  const { fetchedAt, ...entry } = chosen.entry
  const at = covers(chosen.types, other.types) ? fetchedAt : earlier(fetchedAt, other.entry.fetchedAt)
  return { ...chosen, entry: { ...entry, ...(at !== undefined && { fetchedAt: at }) }, types }
}

const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.min(one, other)

/**
 * The line for what two bundles hold under one name: the same content for the types of both; of two status lists that are right the newer, for it is its
 * issuer who signed it; a list that is right before one that is not. Of two that nobody here trusts without a credential (an accreditation is walked for
 * one), the newer as well when both are signed by the same DID: whoever checks judges it, as it would have judged the older. Of all else nobody can say
 * which is right.
 */
async function either(one: Line, other: Line, all: readonly Line[], context: Merging): Promise<Line | MergeFault> {
  if (one.entry.digest === other.entry.digest)
    return (one.entry.fetchedAt ?? 0) >= (other.entry.fetchedAt ?? 0) ? joined(one, other) : joined(other, one)
  const { kind, id } = one.entry
  const differ: MergeFault = { names: [one.name, other.name], code: 'bundle_parts_differ', facts: { kind, id } }
  if (kind !== 'status_list') return differ
  const { types } = joined(one, other)
  const [first, second] = await rightLists([one, other], types, { ...context, evidence: evidenceFor(types, all) })
  if (replaces(first, second)) return joined(one, other)
  return replaces(second, first) ? joined(other, one) : differ
}

/** Of one issuer the newer list; one that is not right must not take the place of one that is. */
const replaces = (one: RightList | null, other: RightList | null): boolean =>
  one !== null && (other === null || (one.issuer === other.issuer && one.issuedAt > other.issuedAt))

/** Both as far as the trust file stands behind them; behind neither: as signed by DIDs, and then both or none, for one without its document may be right too. */
async function rightLists([one, other]: readonly [Line, Line], types: Line['types'], context: TrustContext) {
  const judged = async (mechanisms: readonly TrustMechanism[]) =>
    [await rightList(one, types, { ...context, mechanisms }), await rightList(other, types, { ...context, mechanisms })] as const
  const trusted = await judged([])
  if (trusted.some((list) => list !== null)) return trusted
  const signed = await judged([asItself])
  return signed.includes(null) ? trusted : signed
}

/** What a list says of itself when it is right for all of these types, else null. */
async function rightList({ entry, content }: Line, types: Line['types'], context: TrustContext): Promise<RightList | null> {
  let right: RightList | null = null
  for (const type of types ?? [undefined]) {
    const list = await judgeStatusList({ ...entry, content }, type, context)
    if ('code' in list) return null
    right = list
  }
  return right
}

/** What may help to find who signed a list for all of these types: of the rest of what goes in, what may be used for them. */
function evidenceFor(types: Line['types'], all: readonly Line[]): Evidence {
  const usable = all.filter((line) => line.entry.kind !== 'status_list' && covers(line.types, types))
  return new Map(usable.map(({ entry, content }) => [partKey(entry), { ...entry, content }]))
}
