/** Every reason to show a page in place of sending the browser back to the wallet. Rows sorted by code. */
export const PAGE_CODES = {
  already_answered: { status: 400, spec: 'RFC 9126 section 7.3', hint: 'this question was answered; begin anew in the wallet' },
  browser_not_known: {
    status: 400,
    spec: 'RFC 9700 section 4.7',
    hint: 'go on in the browser in which the wallet opened the page, with cookies allowed; or begin anew in the wallet',
  },
  link_ended: { status: 400, spec: 'RFC 9126 section 4', hint: 'the link of the wallet has ended or was used; begin anew in the wallet' },
  link_malformed: {
    status: 400,
    spec: 'RFC 9126 section 4',
    hint: 'open the page as the wallet does: with client_id and the request_uri of a pushed request, and nothing else',
  },
} as const satisfies Record<string, { status: number; spec: string; hint: string }>

export type PageCode = keyof typeof PAGE_CODES

/** Something is wrong before we know a redirect address to be good, so a person reads about it. */
export class PageFault extends Error {
  readonly code: PageCode
  constructor(code: PageCode) {
    super(code)
    this.name = 'PageFault'
    this.code = code
  }
}
