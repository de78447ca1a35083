/** What a browser without scripts does: it keeps cookies, follows redirects to the issuer and to `others`, stops at any other, and sends the forms of the pages it was shown. */
export interface Browser {
  /** Opens an address; answers where it ended: a page, or an address elsewhere. */
  open(address: string): Promise<Shown>
  /** Presses the button with this name and value in the form of a page. */
  press(page: Shown, name: string, value: string, change?: Record<string, string>): Promise<Shown>
  readonly cookies: Map<string, string>
  /** Every answer on the way, newest last. */
  readonly answers: { readonly address: string; readonly status: number; readonly headers: Headers }[]
}

/** Where a browser is: the page it shows, or the address it would go to next and that is not the issuer's. */
export interface Shown {
  readonly address: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

export function browser(issuer: string, language = 'en', others: readonly string[] = []): Browser {
  const cookies = new Map<string, string>()
  const answers: Browser['answers'] = []

  async function go(address: string, form?: URLSearchParams): Promise<Shown> {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { 'accept-language': language, ...(cookie !== '' && { cookie }) },
      ...(form && { method: 'POST', body: form }),
    })
    answers.push({ address, status: response.status, headers: response.headers })
    for (const line of response.headers.getSetCookie()) keep(line)
    const html = await response.text()
    const location = response.headers.get('location')
    if (location === null || response.status < 300 || response.status > 399)
      return { address, status: response.status, headers: response.headers, html }
    const next = new URL(location, address).href
    // Not followed: the wallet, or a provider.
    if (![issuer, ...others].some((known) => next.startsWith(`${known}/`)))
      return { address: next, status: response.status, headers: response.headers, html }
    return go(next)
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split('=')
    if (attributes.includes('Max-Age=0')) cookies.delete(name)
    else cookies.set(name, value)
  }

  return {
    cookies,
    answers,
    open: (address) => go(address),
    press(page, name, value, change = {}) {
      const action = /<form method="post"(?: action="([^"]*)")?>/.exec(page.html)
      if (action === null) throw new Error(`there is no form on the page: ${page.html}`)
      const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, field = '', held = '']) => [
        field,
        held,
      ])
      const form = new URLSearchParams({ ...Object.fromEntries(hidden), [name]: value, ...change })
      return go(new URL(action[1] ?? page.address, page.address).href, form)
    },
  }
}
