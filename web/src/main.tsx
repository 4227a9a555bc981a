// SPDX-License-Identifier: Apache-2.0
import "@mantine/core/styles.css";
import "@/theme.css";
import "@/parts.css";

import { MantineProvider, createTheme } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";

import { queryClient } from "@/api/hooks";
import {
  loadMessages, MessagesProvider, preferredLanguage,
} from "@/lib/messages";
import { Gate } from "@/shell/Gate";

// Mantine would write style elements for its variables, for responsive
// properties and for locking the scroll bar; the content security policy
// allows none. The variables are those of its style sheet and of theme.css.
const theme = createTheme({
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});

async function start(): Promise<void> {
  const language = preferredLanguage();
  const messages = await loadMessages(language);

  createRoot(document.getElementById("root")!).render(
    <MantineProvider theme={theme} defaultColorScheme="auto"
      withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <MessagesProvider first={messages} language={language}>
          <Gate />
        </MessagesProvider>
      </QueryClientProvider>
    </MantineProvider>);
}

void start();
