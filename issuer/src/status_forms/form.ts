import type { StatusBits } from '@symbolon/credential'

/** What a list says. Times are seconds since 1970, `ttl` seconds. */
export interface ListDraft {
  readonly uri: string
  readonly bits: StatusBits
  /** As `setStatus` packs them. */
  readonly packed: Uint8Array
  readonly issuedAt: number
  readonly expires: number
  readonly ttl: number
}

/** One form of status lists, with what signs them. */
export interface StatusForm {
  readonly mediaType: string
  /** Whose credentials alone may name its lists, as they name their issuer; empty where a list is bound to nobody. */
  readonly issuer: string
  /** The fewest entries that a list of this form has, whatever the setting says. */
  readonly least: number
  sign(draft: ListDraft): Promise<string>
}
