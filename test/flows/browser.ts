/** What a browser got: where it is now, and what is there. */
export interface Page {
  readonly address: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** A browser of one person: it keeps cookies, follows redirects within a site, and fills in forms. */
export interface Browser {
  /** Opens an address; follows redirects until a page, or an address for which `leaves` says that it is somebody else's: that page has no text. */
  open(address: string, leaves?: (address: string) => boolean): Promise<Page>
  /** Presses a button of the page that has this value; everything that is hidden in the form goes along. */
  press(page: Page, value: string, leaves?: (address: string) => boolean): Promise<Page>
}

const MOST_REDIRECTS = 10

/** A browser without a past. `headers` go along with each request. */
export function newBrowser(headers: Readonly<Record<string, string>> = {}): Browser {
  const cookies = new Map<string, { value: string; path: string }>()

  return {
    open: (address, leaves) => visit(address, undefined, leaves),
    press(page, value, leaves) {
      const { action, fields } = formWith(page.html, value)
      return visit(new URL(action ?? page.address, page.address).href, new URLSearchParams(fields).toString(), leaves)
    },
  }

  async function visit(first: string, form: string | undefined, leaves: (address: string) => boolean = () => false): Promise<Page> {
    let [address, body] = [first, form]
    for (let count = 0; count < MOST_REDIRECTS; count++) {
      const { pathname } = new URL(address)
      const sent = [...cookies].filter(([, { path }]) => pathname.startsWith(path)).map(([name, { value }]) => `${name}=${value}`)
      const response = await fetch(address, {
        ...(body !== undefined && { method: 'POST', body }),
        redirect: 'manual',
        headers: {
          ...headers,
          ...(sent.length > 0 && { cookie: sent.join('; ') }),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      })
      for (const line of response.headers.getSetCookie()) keep(line)
      const location = response.headers.get('location')
      const html = await response.text()
      if (location === null) return { address, status: response.status, headers: response.headers, html }
      const next = new URL(location, address).href
      if (leaves(next)) return { address: next, status: response.status, headers: response.headers, html: '' }
      ;[address, body] = [next, undefined]
    }
    throw new Error('redirected without end')
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/'
    const gone = value === '' || attributes.some((attribute) => /^max-age=0$|^expires=Thu, 01 Jan 1970/i.test(attribute))
    if (gone) cookies.delete(name)
    else cookies.set(name, { value, path })
  }
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replace(/&(amp|lt|gt|quot|#39);/g, (_, entity: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[entity] ?? '')

/** The form that has a button with this value, as it is sent when that button is pressed. */
function formWith(html: string, value: string): { action: string | undefined; fields: Record<string, string> } {
  for (const [form, opening = ''] of html.matchAll(/(<form\b[^>]*>)[\s\S]*?<\/form>/g)) {
    const button = [...form.matchAll(/<button\b[^>]*>/g)].find(([tag]) => attribute(tag, 'value') === value)
    if (button === undefined) continue
    const hidden = [...form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? ''])
    const fields = Object.fromEntries([...hidden, [attribute(button[0], 'name') ?? '', value]])
    return { action: attribute(opening, 'action'), fields }
  }
  throw new Error('no such button on this page')
}
