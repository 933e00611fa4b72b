// Every page works without these; each module makes one thing more comfortable.
import "./boot_htmx.js";
import { start as startBell } from "./bell.js";
import { start as startBoard } from "./board.js";
import { start as startBulkSelect } from "./bulk_select.js";
import { start as startCalendar } from "./calendar.js";
import { start as startCombobox } from "./combobox.js";
import { start as startConfirm } from "./confirm.js";
import { start as startDrafts } from "./drafts.js";
import { start as startErrorSummary } from "./error_summary.js";
import { start as startForms } from "./forms.js";
import { start as startGuard } from "./unsaved_guard.js";
import { start as startInlineEdit } from "./inline_edit.js";
import { start as startMentions } from "./mentions.js";
import { start as startMenus } from "./menus.js";
import { start as startMerge } from "./merge.js";
import { start as startNotes } from "./meeting_notes.js";
import { start as startQuickLine } from "./quick_line.js";
import { start as startRequiredBy } from "./required_by.js";
import { start as startSearchPanel } from "./search_panel.js";
import { start as startSeen } from "./seen.js";
import { start as startShortcuts } from "./shortcuts.js";
import { start as startTabs } from "./tabs.js";
import { start as startTextareas } from "./textareas.js";
import { start as startTheme } from "./theme.js";
import { start as startTick } from "./tick.js";
import { start as startTimes } from "./local_times.js";

for (const start of [
  startErrorSummary, startBell, startBoard, startCalendar, startBulkSelect, startCombobox, startConfirm, startDrafts, startGuard, startForms, startInlineEdit, startMentions, startMenus, startMerge, startNotes, startQuickLine, startRequiredBy, startSearchPanel, startSeen, startShortcuts, startTabs, startTextareas, startTheme, startTick, startTimes,
]) {
  start(document);
}
