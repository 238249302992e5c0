// « En séance »: what is captured goes into this browser first, in its order, and to the server when there is a way.
// Each capture has its own key in the storage and its own identifier: sent twice, it is carried out once.

const NOTES_AFTER = 4000; // ms without typing before notes leave
const NOTES_AT_LEAST = 30000; // ms of typing without a pause before they leave all the same
const KEEP_AFTER = 250; // ms before typed notes are in the storage
const RETRY_AFTER = [2000, 5000, 10000, 20000, 30000];
const BATCH = 20;
const BATCH_BYTES = 400000;

const live = (root) => {
  const { user, meeting } = root.dataset;
  const prefix = `socle:live:${user}:${meeting}:`;
  const all = (selector, from = root) => [...from.querySelectorAll(selector)];
  const one = (selector, from = root) => from.querySelector(selector);
  const words = one("[data-live-words]").dataset;
  const skew = Date.now() - Date.parse(root.dataset.now);
  // The server's moment, in this browser's clock.
  const here = (iso) => Date.parse(iso) + skew;

  // The queue, in this browser ----------------------------------------------------------------------
  const memory = new Map(); // what the storage has no room for
  let lastPlace = 0;
  const put = (capture) => {
    try {
      localStorage.setItem(capture.key, JSON.stringify(capture));
      memory.delete(capture.key);
    } catch {
      memory.set(capture.key, capture);
    }
  };
  const drop = (capture) => {
    memory.delete(capture.key);
    try {
      localStorage.removeItem(capture.key);
    } catch {
      // Then it never was there.
    }
  };
  const queue = () => {
    const found = new Map(memory);
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(prefix) || found.has(key)) continue;
        const capture = JSON.parse(localStorage.getItem(key));
        if (capture) found.set(key, capture);
      }
    } catch {
      // Without a storage the page's memory remains.
    }
    return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  };
  const newId = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  const add = (kind, data, said) => {
    lastPlace = Math.max(Date.now(), lastPlace + 1, Number(queue().at(-1)?.key.slice(prefix.length).split(":")[0] ?? 0) + 1);
    const key = `${prefix}${String(lastPlace).padStart(15, "0")}:${Math.random().toString(36).slice(2, 8)}`;
    put({ key, id: newId(), kind, data, said, at: Date.now(), tried: false, held: null });
  };
  // What was sent once is never changed: the server may have carried it out.
  const afresh = (capture, data) => put({ ...capture, id: newId(), data: { ...capture.data, ...data }, tried: false, held: null });

  // Words -------------------------------------------------------------------------------------------
  const state = one("[data-live-state]");
  let savedAt = "";
  let lost = false;
  let signedOut = false;
  let refusal = "";
  let sending = false;
  const show = () => {
    const waiting = queue();
    let is = savedAt ? "saved" : "idle";
    let text = (state.dataset[is] ?? "").replace("{time}", savedAt);
    if (waiting.length) [is, text] = sending ? ["sending", state.dataset.sending] : ["waiting", state.dataset.waiting];
    if (waiting.some((capture) => capture.held)) [is, text] = ["refused", state.dataset.refused];
    if (refusal) [is, text] = ["refused", refusal];
    if (signedOut) [is, text] = ["session", state.dataset.session];
    if (lost || !navigator.onLine) {
      const { length } = waiting;
      is = "offline";
      text = length ? (length === 1 ? state.dataset.offlineOne : state.dataset.offline.replace("{count}", length)) : state.dataset.offlineNone;
    }
    if (memory.size) [is, text] = ["full", state.dataset.full];
    state.dataset.is = is;
    if (state.textContent !== text) state.textContent = text;
    showPending(waiting);
  };
  const pending = one("[data-live-pending]");
  let shown = "";
  const showPending = (waiting) => {
    // Notes that only wait stand in their own field; they are listed when something is to be decided.
    const listed = waiting.filter((capture) => capture.held || capture.kind !== "note");
    const mark = JSON.stringify(listed.map(({ key, id, held, data }) => [key, id, held, data]));
    if (mark === shown) return;
    shown = mark;
    pending.hidden = !listed.length;
    const rows = listed.map((capture) => {
      const row = one("[data-live-row]").content.firstElementChild.cloneNode(true);
      one("[data-kind]", row).textContent = words[capture.kind] ?? "";
      one("[data-text]", row).textContent = capture.said ?? capture.data.text ?? "";
      if (!capture.held) return row;
      const { reason, theirs, who } = capture.held;
      const isConflict = theirs !== undefined;
      const told = one("[data-reason]", row);
      told.hidden = false;
      told.textContent = isConflict ? words.conflict : reason;
      one("[data-both]", row).hidden = !isConflict;
      one("[data-keep-both]", row).hidden = !isConflict;
      one("[data-retry]", row).hidden = isConflict;
      one("[data-drop]", row).hidden = false;
      if (isConflict) {
        one("[data-text]", row).textContent = "";
        one("[data-mine]", row).textContent = capture.data.text;
        one("[data-theirs]", row).textContent = theirs;
        const head = one("[data-who]", row);
        head.textContent = head.dataset.words.replace("{who}", who);
      } else if (capture.kind === "note") one("[data-text]", row).textContent = capture.data.text;
      one("[data-keep-both]", row).addEventListener("click", () => (afresh(capture, { both: "1" }), send()));
      one("[data-retry]", row).addEventListener("click", () => (afresh(capture, capture.held.seen === undefined ? {} : { seen: capture.held.seen }), send()));
      one("[data-drop]", row).addEventListener("click", () => {
        drop(capture);
        if (capture.kind === "note") {
          const area = areaOf(capture.data.section);
          const back = isConflict && isWhole(area) ? theirs : capture.data.base;
          area.value = back;
          shadow.set(capture.data.section, back);
        }
        if (capture.kind === "item") poll.dispatchEvent(new Event("refresh"));
        if (capture.kind === "presence") markPerson(capture.data.person, capture.held.seen ?? capture.data.seen);
        show();
      });
      return row;
    });
    one("[data-live-list]").replaceChildren(...rows);
  };

  // To the server -----------------------------------------------------------------------------------
  let timer = 0;
  let failures = 0;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  };
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]+)`))?.[1];
  // In their order; of a section, one text at a time: the next begins with it.
  const batch = () => {
    const sections = new Set();
    const chosen = [];
    let bytes = 0;
    for (const capture of queue()) {
      if (capture.kind === "note") {
        if (sections.has(capture.data.section)) continue;
        sections.add(capture.data.section);
      }
      if (capture.held) continue;
      bytes += JSON.stringify(capture).length;
      if (chosen.length && (chosen.length >= BATCH || bytes > BATCH_BYTES)) break;
      chosen.push(capture);
    }
    return chosen;
  };
  const settle = (capture, result) => {
    if (result.status === "done") {
      drop(capture);
      if (capture.kind === "note") settleNotes(capture, result);
      return;
    }
    const { reason, theirs, who, seen } = result;
    const held = { ...capture, held: { reason, theirs, who, seen } };
    if (capture.kind === "note") {
      // What was typed since began with this text: it stays with it.
      for (const other of queue()) {
        if (other.key === capture.key || other.kind !== "note" || other.data.section !== capture.data.section) continue;
        held.data = { ...held.data, text: other.data.text };
        drop(other);
      }
    }
    put(held);
  };
  const post = async (captures, keepalive) => {
    for (const capture of captures) put({ ...capture, tried: true });
    const entries = captures.map(({ id, kind, data, at }) => ({ id, kind, data, age: Math.max(0, Date.now() - at) }));
    const token = cookie("csrftoken") ?? one("[name=csrfmiddlewaretoken]").value;
    const response = await fetch(root.dataset.send, {
      method: "POST",
      body: new URLSearchParams({ entries: JSON.stringify(entries), csrfmiddlewaretoken: token }),
      headers: { Accept: "application/json", "X-Socle-User": user },
      redirect: "manual",
      keepalive,
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { status: response.type === "opaqueredirect" ? 401 : response.status, answer: isJson ? await response.json() : {} };
  };
  const sendAll = async () => {
    for (let captures = batch(); captures.length; captures = batch()) {
      sending = true;
      show();
      let outcome = { status: 0, answer: {} };
      try {
        outcome = await post(captures, false);
      } catch {
        // No network: what is kept here leaves later.
      }
      const { status, answer } = outcome;
      lost = status === 0 || status >= 500;
      signedOut = status === 401;
      refusal = status >= 400 && status < 500 && status !== 401 ? (answer.error ?? state.dataset.waiting) : "";
      if (status !== 200) {
        later(RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)]);
        failures += 1;
        return;
      }
      failures = 0;
      savedAt = answer.at;
      captures.forEach((capture, index) => settle(capture, answer.results[index]));
      if (captures.some((capture) => capture.kind !== "note")) poll.dispatchEvent(new Event("refresh"));
    }
  };
  let running = null;
  const send = () => {
    clearTimeout(timer);
    keepNotes();
    const work = () => sendAll().finally(() => ((sending = false), show()));
    // Two tabs of one person share the queue: one of them sends.
    const locked = () => (navigator.locks ? navigator.locks.request(prefix, { ifAvailable: true }, (lock) => (lock ? work() : later(3000))) : work());
    running ??= locked().finally(() => (running = null));
    return running;
  };

  // Notes -------------------------------------------------------------------------------------------
  const areaOf = (section) => one(`[data-live-section="${section}"] textarea`);
  const isWhole = (area) => area.closest("[data-live-section]").dataset.mode === "whole";
  const notesOf = (section) => queue().filter((capture) => capture.kind === "note" && capture.data.section === section);
  const shadow = new Map(); // by section: the text that the last capture, or the page, left
  const touched = new Set();
  let keeping = 0;
  let typingSince = 0;
  const keepNotes = () => {
    clearTimeout(keeping);
    for (const section of touched) {
      const text = areaOf(section).value;
      const last = notesOf(section).at(-1);
      if (last?.held) {
        if (last.held.theirs !== undefined) put({ ...last, data: { ...last.data, text } });
        else if (text !== last.data.text) afresh(last, { text });
      } else if (last && !last.tried) put({ ...last, data: { ...last.data, text } });
      else if (text !== shadow.get(section)) add("note", { section, base: shadow.get(section), text });
      shadow.set(section, text);
    }
    touched.clear();
  };
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const settleNotes = (capture, { text }) => {
    const area = areaOf(capture.data.section);
    const { section } = capture.data;
    if (!area || text === undefined || !isWhole(area) || touched.has(section) || notesOf(section).length) return;
    if (area.value !== capture.data.text || plain(text) === plain(area.value)) return;
    // Somebody else's words came in: the caret stays beside the same ones.
    const fromEnd = area.value.length - area.selectionEnd;
    const before = area.value.slice(0, area.selectionEnd);
    area.value = text;
    shadow.set(section, text);
    const caret = text.startsWith(before) ? before.length : Math.max(0, text.length - fromEnd);
    if (document.activeElement === area) area.setSelectionRange(caret, caret);
  };
  root.addEventListener("input", (event) => {
    const section = event.target.matches("textarea") && event.target.closest("[data-live-section]")?.dataset.liveSection;
    if (!section) return;
    touched.add(section);
    typingSince ||= Date.now();
    clearTimeout(keeping);
    keeping = setTimeout(() => (keepNotes(), show()), KEEP_AFTER);
    if (lost && failures) return; // the next attempt is planned already
    const left = NOTES_AT_LEAST - (Date.now() - typingSince);
    clearTimeout(timer);
    timer = setTimeout(() => ((typingSince = 0), send()), Math.max(0, Math.min(NOTES_AFTER, left)));
  });
  root.addEventListener("focusout", (event) => event.target.matches("textarea") && !lost && (keepNotes(), send()));

  // Presence ----------------------------------------------------------------------------------------
  const people = all("form[data-live-form=presence]");
  const count = () => {
    const agencies = new Set(people.filter((form) => /^(present|remote)$/.test(form.dataset.status)).map((form) => form.dataset.agency));
    agencies.delete("");
    const { size } = agencies;
    one("[data-live-count]").textContent = size ? (size === 1 ? words.countOne : words.count.replace("{count}", size)) : words.countNone;
  };
  const markPerson = (person, status) => {
    const form = people.find((each) => each.dataset.person === person);
    if (!form) return;
    form.dataset.status = status;
    for (const button of all("button", form)) button.setAttribute("aria-pressed", String(button.value === status));
    count();
  };
  const presence = (form, button) => {
    const { person, status: seen } = form.dataset;
    const status = button.value === seen ? "" : button.value;
    const said = `${one("[data-name]", form).firstChild.textContent.trim()} · ${status ? button.textContent : words.nobody}`;
    const last = queue().filter((capture) => capture.kind === "presence" && capture.data.person === person).at(-1);
    if (last && (last.held || !last.tried)) {
      drop(last);
      const known = last.held?.seen ?? last.data.seen;
      if (known !== status) add("presence", { person, status, seen: known }, said);
    } else add("presence", { person, status, seen }, said);
    markPerson(person, status);
  };

  // The point in hand ---------------------------------------------------------------------------------
  const undoForm = one("[data-live-undo]");
  const passages = []; // how the points stood before each passage made here
  const points = all(".live-points [data-item]");
  const next = one("[data-live-next]");
  const currentPoint = () => points.find((point) => point.dataset.since);
  // The next one that is still to be treated, else one that was passed over.
  const following = () => {
    const place = points.indexOf(currentPoint());
    return [...points.slice(place + 1), ...points.slice(0, Math.max(place, 0))].find((point) => point.dataset.outcome === "open");
  };
  const seconds = (point) => Number(point.dataset.spent) + (point.dataset.since ? Math.max(0, Math.floor((Date.now() - point.dataset.since) / 1000)) : 0);
  const reach = (item, since) => {
    for (const point of points) {
      if (point.dataset.since && point.dataset.item !== item) {
        point.dataset.spent = Number(point.dataset.spent) + Math.max(0, Math.floor((since - point.dataset.since) / 1000));
        point.dataset.since = "";
      }
      if (point.dataset.item === item) point.dataset.since ||= since;
      point.classList.toggle("is-current", point.dataset.item === item);
    }
    for (const field of all("[data-live-item]")) field.value = item;
    if (undoForm) undoForm.hidden = false;
    tick();
  };
  const turned = (item, outcome) => points.filter((point) => point.dataset.item === item).forEach((point) => (point.dataset.outcome = outcome));
  const standing = () => points.map(({ dataset }) => [dataset.item, dataset.outcome, dataset.spent, dataset.since]);
  const stand = (rows) => {
    const by = new Map(rows.map((row) => [row[0], row]));
    for (const point of points) {
      const [, outcome, spent, since] = by.get(point.dataset.item) ?? [];
      if (outcome === undefined) continue;
      Object.assign(point.dataset, { outcome, spent, since });
      point.classList.toggle("is-current", Boolean(since));
    }
    for (const field of all("[data-live-item]")) field.value = currentPoint()?.dataset.item ?? "";
    tick();
  };
  const pass = ({ item, leaves, undo }, at) => {
    if (undo) return passages.length && stand(passages.pop());
    passages.push(standing());
    if (leaves) turned(leaves, "treated");
    if (item) turned(item, "open");
    reach(item, at);
  };
  const tick = () => {
    for (const point of points) {
      const minutes = Math.floor(seconds(point) / 60);
      const planned = Number(point.dataset.planned);
      const time = one("[data-time]", point);
      time.textContent = planned
        ? words.clock.replace("{spent}", minutes).replace("{planned}", planned)
        : minutes ? words.clockFree.replace("{spent}", minutes) : "";
      time.classList.toggle("text-over", planned > 0 && minutes >= planned);
      for (const mark of all("[data-outcome-is]", point)) mark.hidden = mark.dataset.outcomeIs !== point.dataset.outcome;
    }
    if (!next) return;
    const point = currentPoint();
    const title = one("[data-live-title]");
    const name = point ? one("[data-title]", point).textContent : title.dataset.none;
    if (title.textContent !== name) title.textContent = name;
    one("[data-live-clock]").hidden = !point;
    for (const form of all("[data-live-reach]")) form.hidden = form.elements.namedItem("item").value === point?.dataset.item;
    if (point) {
      const spent = seconds(point);
      const planned = Number(point.dataset.planned);
      const over = Math.floor(spent / 60) - planned;
      const clock = `${Math.floor(spent / 60)}:${String(spent % 60).padStart(2, "0")}`;
      const said = planned ? `${clock} / ${planned}:00` : clock;
      one("[data-live-clock]").textContent = planned && over > 0 ? `${said} · ${words.over.replace("{over}", over)}` : said;
      one("[data-live-clock]").classList.toggle("text-over", planned > 0 && over >= 0);
    }
    const to = following();
    const word = point ? (to ? "next" : "last") : to ? "first" : "over";
    const label = next.firstElementChild;
    if (label.textContent !== next.dataset[word]) label.textContent = next.dataset[word];
    next.disabled = !point && !to;
  };
  const titleOf = (item) => points.filter((point) => point.dataset.item === item).map((point) => one("[data-title]", point).textContent)[0];
  let follows = false; // the server alone knows the point that is taken up again: its notes are opened then
  const passTo = (data) => {
    follows = Boolean(data.undo) && !passages.length;
    add("item", data, data.undo ? words.undone : (titleOf(data.item) ?? words.closed));
    pass(data, Date.now());
    const wanted = sectionOf(data.undo ? currentPoint()?.dataset.item : data.item);
    if (wanted) open(wanted);
  };
  const nextPoint = () => {
    const [from, to] = [currentPoint(), following()];
    if (next && (from || to)) passTo({ item: to?.dataset.item ?? "", leaves: from?.dataset.item ?? "" });
  };
  const undoPassage = () => undoForm && !undoForm.hidden && passTo({ item: currentPoint()?.dataset.item ?? "", undo: "1" });
  const itemForm = (form) => {
    if (form === undoForm) undoPassage();
    else if (form.matches("[data-live-reach]")) passTo({ item: form.elements.namedItem("item").value });
    else nextPoint();
  };

  // The section in view -----------------------------------------------------------------------------
  const sections = all("[data-live-section]");
  const sectionOf = (item) => sections.find((section) => section.dataset.item === item)?.dataset.liveSection;
  const open = (wanted, focus = false) => {
    for (const section of sections) section.hidden = section.dataset.liveSection !== wanted;
    for (const link of all("[data-live-open]")) {
      if (link.dataset.liveOpen === wanted) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (focus) areaOf(wanted)?.focus();
  };
  const inView = () => sections.find((section) => !section.hidden);
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-live-open]");
    if (!link) return;
    event.preventDefault();
    open(link.dataset.liveOpen, true);
  });

  // Captured by a form, or by a key -----------------------------------------------------------------
  const captureLine = (form) => {
    const text = form.elements.text.value.trim();
    if (!text) return form.elements.text.focus();
    const kind = form.dataset.liveForm;
    const item = inView()?.dataset.item || form.elements.namedItem("item").value;
    add(kind, { text, item, owner: form.elements.owner?.value ?? "", due_on: form.elements.due_on?.value ?? "" });
    form.elements.text.value = "";
    if (kind === "action") form.elements.owner.value = form.elements.due_on.value = "";
    form.elements.text.focus();
  };
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-live-form]");
    if (!form) return;
    event.preventDefault();
    const kind = form.dataset.liveForm;
    if (kind === "presence") presence(form, event.submitter);
    else if (kind === "item") itemForm(form);
    else if (kind !== "note") captureLine(form);
    show();
    send();
  });
  const toForm = (kind) => {
    const form = one(`form[data-live-form=${kind}]`);
    const area = document.activeElement;
    const picked = area?.matches?.("[data-live-section] textarea") ? area.value.slice(area.selectionStart, area.selectionEnd).trim() : "";
    if (!picked) return form.elements.text.focus();
    // What is selected in the notes becomes it at once.
    add(kind, { text: picked.replace(/\s+/g, " "), item: inView()?.dataset.item ?? "", owner: "", due_on: "" });
    show();
    send();
  };
  const toPeople = () => {
    const list = one("[data-live-people]");
    list.open = true;
    (one("button", list) ?? one("summary", list)).focus();
  };
  const keys = {
    d: () => toForm("decision"),
    a: () => toForm("action"),
    n: () => areaOf(inView()?.dataset.liveSection)?.focus(),
    p: toPeople,
    s: () => (nextPoint(), show(), send()),
    z: () => (undoPassage(), show(), send()),
  };
  // Whoever writes letters with Alt, or has these keys for something else, does without them.
  const keysOn = one("[data-live-keys]");
  const KEYS_OFF = `socle:live-keys:${user}`;
  const showKeys = () => {
    root.dataset.keys = keysOn.checked ? "on" : "off";
    for (const element of all("[aria-keyshortcuts], [data-keyshortcuts]")) {
      element.dataset.keyshortcuts ??= element.getAttribute("aria-keyshortcuts");
      if (keysOn.checked) element.setAttribute("aria-keyshortcuts", element.dataset.keyshortcuts);
      else element.removeAttribute("aria-keyshortcuts");
    }
  };
  keysOn.addEventListener("change", () => {
    try {
      if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "off");
    } catch {
      // Then it holds for this page alone.
    }
    showKeys();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      return void send();
    }
    if (!keysOn.checked || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.getModifierState("AltGraph")) return;
    // On some systems Alt makes another letter of the key: then the key's place says which it is.
    const letter = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase();
    if (!keys[letter]) return;
    event.preventDefault();
    keys[letter]();
  });

  // What others write meanwhile ---------------------------------------------------------------------
  const poll = one("[data-live-poll]");
  poll.addEventListener("htmx:beforeRequest", (event) => (lost || !navigator.onLine) && event.preventDefault());
  for (const name of ["htmx:sendError", "htmx:responseError"]) poll.addEventListener(name, (event) => event.stopPropagation());
  poll.addEventListener("htmx:beforeSwap", (event) => {
    // The way to sign in is not what was asked for.
    if (!event.detail.xhr.responseText.includes('id="cote"')) event.detail.shouldSwap = false;
  });
  const arrivals = () => new Map(all("[data-update]", poll).filter((row) => row.dataset.update).map((row) => [row.dataset.update, row]));
  const received = new Set(arrivals().keys());
  poll.addEventListener("htmx:afterSwap", () => {
    const fresh = [...arrivals()].filter(([mark]) => !received.has(mark));
    for (const [, row] of fresh) one("[data-new]", row).hidden = false;
    for (const [mark] of fresh) received.add(mark);
    if (fresh.length) one("[data-live-news]").textContent = words.arrived.replace("{names}", fresh.map(([, row]) => one(".live-agency", row).textContent).join(", "));
    if (queue().some((capture) => capture.kind === "item")) return;
    const rows = all("[data-course]", poll).map(({ dataset }) => [dataset.course, dataset.outcome, dataset.spent, dataset.since ? here(dataset.since) : ""]);
    if (undoForm && rows.some(([, , spent, since]) => since || Number(spent))) undoForm.hidden = false;
    const before = currentPoint();
    stand(rows);
    // Another device came to another point: what was kept to undo here no longer fits.
    if (currentPoint() === before) return;
    passages.length = 0;
    const section = follows && sectionOf(currentPoint()?.dataset.item);
    if (section) open(section);
    follows = false;
  });

  // Leaving and coming back -------------------------------------------------------------------------
  addEventListener("online", () => ((failures = 0), (lost = false), send()));
  addEventListener("offline", show);
  addEventListener("storage", (event) => event.key?.startsWith(prefix) && show());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepNotes();
    else if (queue().length) send();
  });
  addEventListener("pagehide", keepNotes);
  addEventListener("beforeunload", (event) => {
    keepNotes();
    // Kept here, but this page cannot be opened again without a network.
    if (queue().length && (lost || !navigator.onLine || memory.size)) event.preventDefault();
  });
  document.addEventListener(
    "submit",
    (event) => {
      const ends = event.target.matches("[data-live-leaves]");
      if (!ends && !event.target.matches("[data-sign-out]")) return;
      keepNotes();
      if (!queue().length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      refusal = words.signOut;
      show();
      send().then(() => {
        refusal = queue().length ? refusal : "";
        show();
        if (!queue().length) event.target.requestSubmit(event.submitter);
      });
    },
    true,
  );

  // At the opening: what was left here is taken up again ---------------------------------------------
  for (const point of points) if (point.dataset.since) point.dataset.since = here(point.dataset.since);
  for (const section of sections) {
    const form = one("form[data-live-form=note]", section);
    shadow.set(section.dataset.liveSection, form.elements.base.value);
    if (form.elements.text.hasAttribute("data-unsaved")) touched.add(section.dataset.liveSection);
  }
  const left = queue();
  for (const capture of left) {
    const { data } = capture;
    if (capture.kind === "note" && areaOf(data.section)) {
      areaOf(data.section).value = data.text;
      shadow.set(data.section, data.text);
    }
    if (capture.kind === "presence" && people.some((form) => form.dataset.person === data.person)) markPerson(data.person, data.status);
    if (capture.kind === "item") pass(data, capture.at);
  }
  try {
    keysOn.checked = localStorage.getItem(KEYS_OFF) === null;
  } catch {
    // Without a storage the keys are on.
  }
  showKeys();
  const anchored = sections.find((section) => `#${section.id}` === location.hash) ?? sections.find((section) => touched.has(section.dataset.liveSection));
  open(anchored?.dataset.liveSection ?? sectionOf(currentPoint()?.dataset.item) ?? sections[0]?.dataset.liveSection);
  tick();
  setInterval(tick, 1000);
  show();
  if (left.length || touched.size) send();
  root.dataset.ready = "yes";
};

for (const root of document.querySelectorAll("[data-live]")) live(root);
