import { type Options, UsageError } from '@symbolon/command-line'
import { type Path, parseCredential, printable } from '@symbolon/credential'
import { base64url } from '@symbolon/sd-jwt'
import {
  credentialOf,
  type DisclosureAsker,
  dottedPath,
  exposureOf,
  type HeldCopy,
  hasEnded,
  isBare,
  keyOf,
  nextCopy,
  parseDottedPath,
  present,
  refreshable,
  type WalletState,
  withDisclosure,
  withGroups,
  withShown,
} from '@symbolon/wallet'
import { refused } from '../errors.ts'
import { outside } from '../outside.ts'
import { ALL_SHOWN, claimLines } from '../request_words.ts'
import type { OpenWallet } from '../wallet_file.ts'
import { nameOf, whom } from '../words.ts'

/** What every verb understands that shows a credential to whoever gave audience and nonce by other means. */
export const BY_HAND = {
  aud: { type: 'string', value: 'AUDIENCE', help: 'who it is for: the identifier the verifier gave' },
  nonce: { type: 'string', value: 'NONCE', help: 'the nonce the verifier gave' },
  show: {
    type: 'string',
    value: 'PATH',
    multiple: true,
    help: 'a claim to show, dotted; several may follow. None: only what cannot be hidden',
  },
} as const satisfies Options

/** For whom, and which claims. */
export interface Wanted {
  readonly audience: string
  /** Absent where nobody gave one: then each presentation has another. */
  readonly nonce?: string
  /** Dotted paths. */
  readonly show: readonly string[]
  /** For the history, where somebody asked. */
  readonly asker?: DisclosureAsker
  readonly purpose?: string
}

/** What is wanted by these options, and paths that follow `--show`; throws UsageError. */
export function wantedOf(
  { aud, nonce, show }: { readonly aud?: string; readonly nonce?: string; readonly show?: readonly string[] },
  morePaths: readonly string[],
  verb: string,
): Wanted {
  if (aud === undefined || nonce === undefined) throw new UsageError(`${verb}: --aud and --nonce are needed`, 'the verifier says both')
  if (morePaths.length > 0 && show === undefined) throw new UsageError(`${verb}: one identifier at a time; claims come after --show`)
  return { audience: aud, nonce, show: [...(show ?? []), ...morePaths] }
}

/** What leaves the wallet, and the dotted paths of what it shows that could have been hidden. */
export interface HandedOver {
  readonly text: string
  readonly shown: readonly string[]
  /** The same of the same copy, made anew: for whoever looks a minute later. */
  again(): Promise<string>
}

/** What `handOver` would hand over, of the same length: nothing is spent and nothing written down. */
export async function trial(
  wallet: OpenWallet,
  id: string,
  { audience, paths }: { audience: string; paths: readonly Path[] },
): Promise<string> {
  const held = credentialOf(wallet.state, id)
  const next = nextCopy(held, outside.now())
  const asked = { audience, nonce: base64url.encode(outside.primitives.random(16)), paths }
  return (await present({ ...next, claims: held.claims }, keyOf(wallet.state, next), asked, outside)).text
}

/** How it is handed over. */
interface Manner {
  readonly languages: readonly string[]
  talk(line: string): void
  fit?(text: string): Promise<unknown>
  agree?(claims: Iterable<string>): Promise<boolean>
}

/**
 * Makes a presentation of a copy that nobody has seen, counts it and writes it down; whoever called hands it over.
 *
 * `fit` says first, of a presentation like it, whether it can be handed over at all, before a copy is spent; what it throws is thrown.
 * `agree` is asked, with what it says claim by claim, where nothing of it can be hidden.
 */
export async function handOver(
  wallet: OpenWallet,
  id: string,
  { audience, nonce, show, asker, purpose }: Wanted,
  { talk, languages, fit, agree }: Manner,
): Promise<HandedOver> {
  const held = credentialOf(wallet.state, id)
  // All copies say the same: a claim that is not there uses none of them up.
  const next = nextCopy(held, outside.now())
  const { view } = await parseCredential(next.text, outside.primitives)
  const paths = show.map((path) => parseDottedPath(path, view.claims))
  const make = (copy: HeldCopy) => {
    const asked = { audience, nonce: nonce ?? base64url.encode(outside.primitives.random(16)), paths }
    return present({ ...copy, claims: held.claims }, keyOf(wallet.state, copy), asked, outside)
  }
  await fit?.((await make(next)).text)
  const exposure = exposureOf(view, withGroups(paths, held.claims, view))
  const { shown: seenThen, always } = exposure
  if (isBare(exposure)) {
    talk(ALL_SHOWN)
    const isAgreed = (await agree?.(claimLines({ held, claims: view.claims, ...exposure }, languages))) ?? true
    if (!isAgreed) throw refused('not_confirmed', 'nothing was shown')
  }
  const at = outside.now()
  const who = { ...(asker && { asker }), ...(purpose !== undefined && { purpose }) }
  const entry = { id: outside.primitives.random(8).toHex(), at, audience, ...who, outcome: 'handed_over' } as const
  const one = { credentialId: id, type: held.type, paths: seenThen, always }
  // Counted and written down before it leaves: a count too high is harmless, one too low hides that verifiers can link this copy.
  const copy = await wallet.change((state) => {
    const taken = withShown(state, id, at)
    const shown = [{ ...one, reused: taken.copy.shown > 0 }]
    return { state: withDisclosure(taken.state, { ...entry, shown }), result: taken.copy }
  })
  for (const warning of warnings(wallet.state, id, copy)) talk(warning)
  const { text, shown } = await make(copy)
  const seen = shown.map(dottedPath)
  const least = isBare(exposure) ? 'all of it' : 'only what cannot be hidden'
  const said = seen.length === 0 ? least : seen.map((path) => printable(path)).join(', ')
  talk(`${nameOf(held, languages)} for ${whom(audience)}, showing ${said}.`)
  return { text, shown: seen, again: async () => (await make(copy)).text }
}

/** What a person should know before this copy leaves. */
function* warnings(state: WalletState, id: string, copy: HeldCopy): Generator<string> {
  const held = credentialOf(state, id)
  const more = refreshable(state, held) ? `\`symbolon-wallet refresh ${id}\` fetches new ones.` : 'Ask the issuer for a new offer.'
  if (hasEnded(copy, outside.now())) yield `This credential has expired: a verifier will refuse it. ${more}`
  // What has no key names its holder: a new copy would link no less.
  if (copy.shown > 0 && copy.keyId !== undefined)
    yield `Every copy was shown before, this one ${copy.shown === 1 ? 'once' : `${copy.shown} times`}: verifiers can link what shows it. ${more}`
  if (state.pending.some((issuance) => issuance.id === id))
    yield 'A refresh was interrupted, and the issuer may have replaced these copies: `symbolon-wallet receive --resume` finishes it.'
}
