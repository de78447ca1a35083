/** Who sits at a browser, by number, and what they say when they are asked whether the wallet may have it. */
export interface Visitor {
  readonly person: string
  readonly answer: 'yes' | 'no'
}

/** Signs in at the issuer's pages without a script, as a browser does; answers the address it would go to next, which is the wallet's. */
export async function signIn(address: string, { person, answer }: Visitor): Promise<string> {
  const cookies = new Map<string, string>()
  const { origin } = new URL(address)

  /** Goes on while the issuer leads to itself. */
  async function go(to: string, form?: URLSearchParams): Promise<{ address: string; html: string }> {
    const cookie = Array.from(cookies, (pair) => pair.join('=')).join('; ')
    const response = await fetch(to, { redirect: 'manual', headers: { cookie }, ...(form && { method: 'POST', body: form }) })
    for (const [pair = ''] of response.headers.getSetCookie().map((line) => line.split('; '))) {
      const [name = '', value = ''] = pair.split('=')
      cookies.set(name, value)
    }
    const html = await response.text()
    const location = response.headers.get('location')
    if (location === null) return { address: to, html }
    const next = new URL(location, to)
    return next.origin === origin ? go(next.href) : { address: next.href, html: '' }
  }

  async function press(page: { address: string; html: string }, name: string, value: string) {
    const action = /<form method="post"(?: action="([^"]*)")?>/.exec(page.html)
    if (action === null) throw new Error('there is no form on the page')
    const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
    const form = new URLSearchParams({ ...Object.fromEntries(hidden.map(([, field, held]) => [field, held])), [name]: value })
    return go(new URL(action[1] ?? page.address, page.address).href, form)
  }

  const asked = await press(await go(address), 'person', person)
  return asked.html === '' ? asked.address : (await press(asked, 'answer', answer)).address
}
