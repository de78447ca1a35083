/** `issuerType` by number, as the contract counts (facts, 2.2). */
export const ISSUER_TYPES = ['undefined', 'RootTAO', 'TAO', 'TI', 'Revoked'] as const
export type IssuerType = (typeof ISSUER_TYPES)[number]

/** One state of an attribute. Metadata set anew makes a revision with an empty body, the data set makes one whose id is SHA-256 of the body. */
export interface Revision {
  /** 64 hex digits in lower case, without `0x`. */
  readonly id: string
  readonly issuerType: IssuerType
  readonly tao: string
  readonly rootTao: string
  /** The VC-JWT; empty as long as only metadata are there. */
  readonly body: string
}

export interface IssuerEntry {
  readonly did: string
  /** Whether the issuer ever set the data of an attribute. */
  hasAttributes: boolean
  /** By attribute id, oldest revision first. */
  readonly attributes: Map<string, Revision[]>
  /** By proxy id (SHA-256 of the text), the JSON text. */
  readonly proxies: Map<string, string>
}

/** The attribute that has a revision of this id, its own first one included; null: none has. */
export function attributeOf(entry: IssuerEntry | undefined, id: string): { id: string; revisions: Revision[]; latest: Revision } | null {
  const wanted = bare(id)
  for (const [attributeId, revisions] of entry?.attributes ?? []) {
    const latest = revisions.at(-1)
    if (latest && (attributeId === wanted || revisions.some((one) => one.id === wanted))) return { id: attributeId, revisions, latest }
  }
  return null
}

/** An id without `0x`, in lower case: it is accepted with and without. */
export const bare = (id: string): string => id.replace(/^0x/i, '').toLowerCase()
