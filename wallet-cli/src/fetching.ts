import { CommandError, exclusively } from '@symbolon/command-line'
import { type Anchors, printable } from '@symbolon/credential'
import {
  complete,
  type HeldCredential,
  type Inspected,
  type Offered,
  type Store,
  settle,
  WalletError,
  type WalletState,
} from '@symbolon/wallet'
import type { Settings } from './config.ts'
import { explain } from './explain.ts'
import { outside } from './outside.ts'
import { counted, isoTime, lastEnd, nameOf } from './words.ts'

type Talk = (line: string) => void

/** Brings issuances to their end, one after the other; each is stored before the next is asked for. */
export async function fetchAll(
  ids: readonly string[],
  inspected: Inspected,
  anchors: Anchors,
  wallet: Store,
  talk: Talk,
): Promise<HeldCredential[]> {
  const fetched: HeldCredential[] = []
  for (const id of ids) {
    const held = await complete(id, inspected, anchors, wallet, outside)
    talk(`${counted(held.copies.length, 'copy was', 'copies were')} received, found good and stored.`)
    fetched.push(held)
  }
  return fetched
}

/**
 * Does what may be cut off at any moment; whatever happens, says what can be gone on with, and tells issuers what they are to be told.
 *
 * One process at a time: two that go on with the same issuance would each have the issuer revoke what the other got.
 */
export function carefully<T>({ fetchLock }: Settings, wallet: Store, talk: Talk, act: () => Promise<T>): Promise<T> {
  return exclusively(fetchLock, async () => {
    // What another process has brought to its end meanwhile is not under way any more.
    await wallet.change((state) => ({ state, result: undefined }))
    try {
      return await act()
    } finally {
      if (wallet.state.pending.length > 0) talk(underWay(wallet.state))
      await tellIssuers(wallet, talk)
    }
  })
}

/** What a person can do about what is under way. */
export function underWay({ pending }: WalletState): string {
  const ids = pending.map(({ id }) => id).join(', ')
  return `Still under way: ${ids}. \`symbolon-wallet receive --resume\` goes on from here, \`symbolon-wallet remove ID\` gives it up.`
}

/** Tells issuers what they are still to be told. */
export async function tellIssuers(wallet: Store, talk: Talk): Promise<void> {
  const left = await settle(wallet, outside)
  if (left > 0) talk('An issuer could not be told what became of its credentials; the next receive, refresh or remove tries again.')
}

/** What one of several things failed with. */
export interface Fault {
  readonly id: string
  readonly error: string
  readonly message: string
}

/** Does each of several things, whatever becomes of the others; the fault of an only one is thrown. */
export async function severally<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  act: (thing: T) => Promise<HeldCredential[]>,
  talk: Talk,
): Promise<{ fetched: HeldCredential[]; faults: Fault[] }> {
  const fetched: HeldCredential[] = []
  const faults: Fault[] = []
  for (const thing of things) {
    try {
      fetched.push(...(await act(thing)))
    } catch (error) {
      const fault = error instanceof CommandError ? error : explain(error)
      if (fault === null || things.length === 1) throw error
      talk(`${idOf(thing)}: ${fault.message}`)
      if (fault.hint !== undefined) talk(fault.hint)
      faults.push({ id: idOf(thing), error: fault.code, message: fault.message })
    }
  }
  return { fetched, faults }
}

/** Refuses an issuer that the trust file contradicts; answers those of which it cannot tell. */
export function unknownOf({ metadata, offered }: Inspected, talk: Talk): Offered[] {
  const issuer = printable(metadata.issuer)
  for (const { configuration, type, vouching } of offered) {
    const what = `${printable(configuration.id)} (${printable(type)})`
    if (vouching.outcome === 'pass') talk(`${printable(vouching.anchor ?? '')} in your trust file vouches for this issuer and ${what}.`)
    if (vouching.outcome === 'fail') {
      throw new WalletError('issuer_not_trusted', `your trust file does not vouch for ${issuer} and ${what} (${vouching.code})`)
    }
  }
  return offered.filter(({ vouching }) => vouching.outcome === 'unknown')
}

/** A credential that was fetched, as a command answers it. */
export function summary(held: HeldCredential, languages: readonly string[]) {
  const { id, type, issuer, copies } = held
  return { id, type, name: nameOf(held, languages), issuer, expires: isoTime(lastEnd(held)), copies: copies.length }
}

/** The line of it. */
export const lineOf = ({ id, name }: ReturnType<typeof summary>): string => `${id}  ${name}`
