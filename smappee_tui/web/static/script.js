// The page in motion. Without it the page stands still, and its forms work all the same.
'use strict'
const $ = (query, from = document) => from.querySelector(query)
const root = document.documentElement, body = document.body
const SILENT = 4500, AGAIN = 2000 // ms without a word, after which the laptop is gone; between two tries to reach it
const known = {} // every number of the page, by key
let since = +body.dataset.since || 0, source, heard = 0, opened = 0, shut = false

// What is new is laid over what is there: elements stay, and with them focus, scrolling, what was typed and opened.
function lay(old, fresh) {
  if (old.nodeType !== 1) { if (old.data !== fresh.data) old.data = fresh.data; return }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name)
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  if (!old.dataset.v) layAll(old, fresh)
}
function layAll(old, fresh) {
  let at = old.firstChild
  for (const wanted of [...fresh.childNodes]) {
    let have = wanted.id ? [...old.children].find(one => one.id === wanted.id) : at
    if (have && have.nodeName === wanted.nodeName && (have.id || '') === (wanted.id || '')) {
      if (have === at) at = at.nextSibling; else old.insertBefore(have, at)
      lay(have, wanted)
    } else old.insertBefore(wanted, at)
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove() }
}
const testPage = () => $('#test [id^=page-]')?.id
const giant = () => $('section:target .giant')?.textContent
function order(inputs) {
  const box = $('[data-order]'), focus = document.activeElement
  if (!box) return
  inputs.forEach((input, place) => {
    const card = document.getElementById('c' + input)
    if (card && box.children[place] !== card) box.insertBefore(card, box.children[place] || null)
  })
  if (focus !== document.activeElement) focus.focus({ preventScroll: true })
}
function take(news) {
  const page = testPage(), word = giant()
  if (news.e) for (const one of document.querySelectorAll('form, details')) one.reset ? one.reset() : one.open = false
  since = body.dataset.since = news.n
  Object.assign(known, news.v)
  for (const name in news.p || {}) {
    const part = $(`[data-part="${name}"]`), fresh = document.createElement('template')
    fresh.innerHTML = news.p[name]
    if (part) layAll(part, fresh.content)
  }
  if (news.p?.told) hush()
  if (news.o) order(news.o)
  if (word !== giant()) navigator.vibrate?.(80) // felt without looking, as the laptop rings
  if (page !== testPage() && location.hash === '#test') scrollTo(0, 0) // another page of the test begins at its top
  for (const one of document.querySelectorAll('[data-v]')) {
    const text = known[one.dataset.v]
    if (text !== undefined && one.textContent !== text) one.textContent = text
  }
}

function tell(gone) {
  const box = $('#gone'), text = shut ? box.dataset.shut : gone ? box.dataset.gone : ''
  if (box.textContent !== text) box.textContent = text
  root.classList.toggle('gone', !!text)
}
function hear() { heard = Date.now(); root.classList.add('live'); tell(false) }
function open() {
  if (source) source.close()
  opened = Date.now()
  source = new EventSource(`/events?since=${since}&language=${root.lang}`)
  source.onmessage = event => { hear(); take(JSON.parse(event.data)) }
  source.addEventListener('beat', hear)
  source.onerror = async () => {
    if (source.readyState !== 2) return
    const answer = await fetch('/', { method: 'HEAD' }).catch(() => null)
    if (answer && answer.status === 404) { shut = true; tell(true) }
  }
}
function watch() {
  const silent = Date.now() - Math.max(heard, loaded) > SILENT
  if (silent) tell(true)
  if (!shut && silent && Date.now() - opened > AGAIN) open()
}
const loaded = Date.now()
function wake() {
  if (document.hidden) return
  stayOn()
  if (Date.now() - heard > SILENT / 2) open()
}
let lock
async function stayOn() { // where the browser can: the hands are in the cabinet
  if (navigator.wakeLock && (!lock || lock.released)) lock = await navigator.wakeLock.request('screen').catch(() => null)
}

// What was told before the page was opened is no news.
const lines = () => [...$('[data-part=told]').children], count = line => +line.id.slice(5)
const told = Math.max(0, ...lines().map(count))
function hush() { for (const line of lines()) if (count(line) <= told) line.remove() }

// Forms and photos are sent without leaving the page.
function say(text) {
  const line = document.createElement('p'), same = [...$('#told').children].find(one => one.dataset.said === text)
  const times = same ? +same.dataset.times + 1 : 1 // pressed again and again: one line, with how often
  if (same) same.remove()
  Object.assign(line.dataset, { said: text, times })
  line.textContent = times > 1 ? `${text} (${times})` : text
  $('#told').append(line)
  setTimeout(() => line.remove(), 8000)
}
async function send(address, content, shown, type) {
  const patience = AbortSignal.timeout?.(type ? 60000 : 5000) // who asked stands there and waits
  try {
    const answer = await fetch(address, {
      method: 'POST', body: content, signal: patience,
      headers: { accept: 'application/json', 'x-shown': shown, ...(type && { 'content-type': type }) },
    })
    if (answer.ok) return true
    const found = await answer.json().catch(() => ({}))
    say(found.said || (answer.status === 413 ? body.dataset.large : body.dataset.notSent))
  } catch { say(body.dataset.notSent) }
  return false
}
const busy = new WeakSet() // not an attribute: news lays the card anew while it is sent
document.addEventListener('submit', async event => {
  const form = event.target
  if (form.method !== 'post') return
  event.preventDefault()
  if (busy.has(form)) return
  busy.add(form)
  if (await send(form.action, new URLSearchParams(new FormData(form)), since) && 'once' in form.dataset) form.reset()
  busy.delete(form)
})
const LONGEST = 1600 // pixels of the side of a photo: the letters on a breaker can be read
async function small(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const share = Math.min(1, LONGEST / Math.max(image.width, image.height)), canvas = document.createElement('canvas')
    canvas.width = image.width * share; canvas.height = image.height * share
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
    image.close()
    return await new Promise((done, fail) => canvas.toBlob(blob => blob ? done(blob) : fail(), 'image/jpeg', 0.85))
  } catch { return file } // as it is: the laptop makes it small, or says why it cannot
}
document.addEventListener('change', async event => {
  const place = event.target.dataset.photo, file = place && event.target.files[0]
  if (!file) return
  const shown = since // a photo is of what was shown when it was chosen, however long it takes
  await send('/photo/' + place, await small(file), shown, 'image/jpeg')
  event.target.value = ''
})

// Which part is shown is said by the address; a card's own address opens it.
function show() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1))
  if (target && target.matches('details')) { target.open = true; target.scrollIntoView({ block: 'start' }) }
  const section = target ? target.closest('section') : null
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === '#' + (section ? section.id : 'now')) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  for (const link of document.querySelectorAll('footer a')) link.hash = location.hash
  if (target && target === section) scrollTo(0, 0)
}
addEventListener('hashchange', show)
addEventListener('online', open)
addEventListener('pageshow', wake)
document.addEventListener('visibilitychange', wake)
root.classList.add('js')
for (const one of document.querySelectorAll('[name=x-shown]')) one.remove() // each request says it, as of that moment
for (const one of document.querySelectorAll('[data-v]')) known[one.dataset.v] = one.textContent
hush()
show()
open()
stayOn()
setInterval(watch, 500)
